/** One entry of a forget set. */
export interface Fact {
  readonly id: string;
  /** Names of what the fact is about; the fact counts only where one of them stands in the left context. Empty: it counts everywhere. */
  readonly subjects: readonly string[];
  /** What must not be told: the answer and its aliases; at least one, none empty. */
  readonly answers: readonly string[];
  /** Texts after which the answer would be the next words. */
  readonly prompts: readonly string[];
  /** Wrong answers of the same kind. */
  readonly distractors: readonly string[];
  readonly tags: readonly string[];
  readonly severity: 'low' | 'medium' | 'high';
  /** 1-based line in the forget-set file. */
  readonly line: number;
}
