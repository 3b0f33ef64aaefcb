import type { Problem } from '../errors';
import type { Fact } from './fact';

/** An answer this short (in characters) is likely part of ordinary text. */
const SHORT_ANSWER = 2;

/** What is allowed in a forget set but likely not meant, in the file's order. Names facts by id, never by their text. */
export function forgetSetWarnings(facts: readonly Fact[]): Problem[] {
  const warnings: Problem[] = [];
  for (const fact of facts) {
    const warn = (message: string) =>
      warnings.push({ line: fact.line, column: 1, message: `fact ${JSON.stringify(fact.id)}: ${message}` });
    if (fact.subjects.length === 0) {
      warn('has no subjects, so it counts in every text and an answer that anybody would guess leaks everywhere');
    }
    if (new Set(fact.answers).size < fact.answers.length) {
      warn('names an answer twice');
    }
    const short = fact.answers.findIndex((answer) => [...answer].length <= SHORT_ANSWER);
    if (short >= 0) {
      warn(
        `answers[${short}] is only ${[...(fact.answers[short] ?? '')].length} characters long, which ordinary text may well contain`,
      );
    }
    const subjects = fact.subjects.map((subject) => subject.toLowerCase());
    const inSubject = fact.answers.findIndex((answer) =>
      subjects.some((subject) => subject.includes(answer.toLowerCase())),
    );
    if (inSubject >= 0) {
      warn(`answers[${inSubject}] is part of a subject: naming the subject again will look like a leak`);
    }
    const wrong = fact.distractors.findIndex((distractor) => fact.answers.includes(distractor));
    if (wrong >= 0) {
      warn(`distractors[${wrong}] is one of the answers`);
    }
  }
  return warnings;
}
