import type { AnswerCase } from './fact';

export const ANSWER_CASES = ['as-is', 'lower', 'upper', 'title'] as const satisfies readonly AnswerCase[];

const WORD = /[\p{L}\p{M}\p{N}'\u2019]+/gu;

/** The forms in which an answer is looked for, each once, in the order of `cases`. The same everywhere: no locale is asked. */
export function answerForms(answer: string, cases: readonly AnswerCase[]): string[] {
  return [...new Set(cases.map((each) => inCase(answer, each)))];
}

function inCase(answer: string, form: AnswerCase): string {
  switch (form) {
    case 'as-is':
      return answer;
    case 'lower':
      return answer.toLowerCase();
    case 'upper':
      return answer.toUpperCase();
    case 'title':
      return answer.replace(WORD, titleCase);
  }
}

/** First letter large, the others small; letters that become two when large (ß) keep a small second one. */
function titleCase(word: string): string {
  const [first = '', ...others] = word.toLowerCase();
  const [head = '', ...tail] = first.toUpperCase();
  return head + tail.join('').toLowerCase() + others.join('');
}
