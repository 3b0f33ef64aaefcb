import type { ImportedEntry } from './importFormat';
import { questionSubjects } from './questionSubjects';

export interface QuestionAndAnswers {
  readonly id: string;
  /** Wordings of the same question; the first tells the subjects. */
  readonly questions: readonly string[];
  readonly answers: readonly string[];
  readonly distractors: readonly string[];
}

/** A fact of a question and its answer. */
export function questionEntry({
  id,
  questions,
  answers,
  distractors,
}: QuestionAndAnswers): Omit<ImportedEntry, 'line'> {
  const { subjects, source } = questionSubjects(questions[0] ?? '');
  return {
    entry: {
      id,
      subjects,
      answers: unique(answers),
      prompts: unique(questions).map(questionPrompt),
      ...(distractors.length > 0 ? { distractors: unique(distractors) } : {}),
    },
    subjects: source,
  };
}

/** A question as the benchmarks put it to a model that is no chat model. */
export function questionPrompt(question: string): string {
  return `Question: ${question}\nAnswer:`;
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
