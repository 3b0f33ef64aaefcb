/** What an entry of a forget set names: see docs/forget-set.md. */
export type FactKind = 'fact' | 'tokens' | 'rule' | 'choice';

/** A way to write an answer's letters. */
export type AnswerCase = 'as-is' | 'lower' | 'upper' | 'title';

/** Answers that are expected only directly behind certain text. */
export interface AnchoredAnswers {
  /** Regular expression (JavaScript, with the flag u); the answer is expected behind a match's end, white space between allowed. */
  readonly context: string;
  /** Kind `rule`: templates such as "{a*b}" over the named groups of `context`; kind `choice`: the answer's letter. */
  readonly answers: readonly string[];
}

/** One entry of a forget set, of any kind. */
export interface Fact {
  readonly id: string;
  readonly kind: FactKind;
  /** Names of what the fact is about. */
  readonly subjects: readonly string[];
  /** Whether the fact counts only where a subject stands in the left context. Without subjects it counts everywhere all the same. */
  readonly gated: boolean;
  /** What must not be told, wherever it may follow: the answer and its aliases, none empty. Kinds `tokens` and `rule` have none. */
  readonly answers: readonly string[];
  /** Forms in which answers are looked for; at least one. */
  readonly cases: readonly AnswerCase[];
  /** Texts after which the answer would be the next words. */
  readonly prompts: readonly string[];
  /** Wrong answers of the same kind. */
  readonly distractors: readonly string[];
  readonly tags: readonly string[];
  readonly severity: 'low' | 'medium' | 'high';
  /** Kind `tokens`: regular expression (JavaScript, with the flag u) over the decoded text of one token; else null. */
  readonly pattern: string | null;
  /** Kinds `rule` and `choice`; else null. */
  readonly anchored: AnchoredAnswers | null;
  /** 1-based line in the forget-set file. */
  readonly line: number;
}

/** What a leak gives away: the likeliest answer's text; for a class of tokens its pattern. */
export function answerText(
  fact: Fact | undefined,
  leak: { readonly answer: number; readonly computed: string | null },
): string {
  if (fact === undefined) {
    return '';
  }
  return leak.computed ?? [...fact.answers, ...(fact.anchored?.answers ?? [])][leak.answer] ?? fact.pattern ?? '';
}

/** What holds of an entry that does not say otherwise. */
export const FACT_DEFAULTS: Omit<Fact, 'id' | 'answers' | 'line'> = {
  kind: 'fact',
  subjects: [],
  gated: true,
  cases: ['as-is'],
  prompts: [],
  distractors: [],
  tags: [],
  severity: 'medium',
  pattern: null,
  anchored: null,
};
