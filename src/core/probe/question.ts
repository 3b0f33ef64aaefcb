import { choiceLetter } from '../forget/choicePrompt';
import type { Fact } from '../forget/fact';
import { t } from '../l10n';

/** What a model is asked about a fact: to go on behind each prompt. */
export interface Question {
  /** The fact's. */
  readonly id: string;
  /** At least one. */
  readonly prompts: readonly string[];
  /** The answer and its aliases. */
  readonly right: readonly string[];
  /** Wrong answers of the same kind. */
  readonly wrong: readonly string[];
  readonly cases: Fact['cases'];
}

/** The question that a fact's entry holds; null where it has no prompts. A choice is asked for its letter, as tests ask for it. */
export function questionOf(fact: Fact): Question | null {
  const { id, kind, prompts, answers, distractors, cases, anchored } = fact;
  if (prompts.length === 0) {
    return null;
  }
  if (kind !== 'choice' || anchored === null) {
    return { id, prompts, right: answers, wrong: distractors, cases };
  }
  const letters = [...answers, ...distractors].map((_, index) => choiceLetter(index));
  const wrong = letters.filter((letter) => !anchored.answers.includes(letter));
  return { id, prompts, right: anchored.answers, wrong, cases: ['as-is'] };
}

/** Why a fact without a {@link questionOf} cannot be asked about, and the mend. */
export function whyNotAsked({ kind }: Fact): string {
  return kind === 'fact'
    ? t('It has no prompts. Add "prompts" to its entry: texts after which the answer would come next.')
    : t(
        'Entries of kind "{0}" have no prompts. Add an entry with "prompts" and "answers" for what is to be asked.',
        kind,
      );
}
