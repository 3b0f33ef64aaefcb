import type { Approximation } from './approximation';

/** How the knowledge shows: `stated` when the text itself goes on with the answer, `shadow` when only the teacher's distribution does. */
export type LeakKind = 'stated' | 'shadow';

/** Where the masses that the teacher's are compared with come from. */
export type ReferenceKind = 'model' | 'swap' | 'none';

/** Whose probabilities complete an answer after its first leaked token (the q of exposure). */
export type CompletionSource = 'reference' | 'swap' | 'student' | 'teacher';

/**
 * How two models are compared: token by token; or, where they have different tokenizers, over character spans, that is by the
 * probability of whole answers, which each writes in tokens of its own.
 */
export type Comparison = 'tokens' | 'spans';

/** By role of the model that the teacher is compared with; null: there is none, or it says nothing here. */
export interface ComparisonByRole {
  readonly student: Comparison | null;
  readonly reference: Comparison | null;
}

/** One token of a top-k list. */
export interface TopToken {
  readonly id: number;
  /** Decoded text of this one token; U+FFFD stands for bytes that are no whole character. */
  readonly text: string;
  /** Natural-log probability at temperature 1. */
  readonly logprob: number;
}

/**
 * What the teacher knows of one fact at one position. Definitions: docs/scores.md.
 * All masses are probabilities in [0, 1] at temperature 1; a model that was not given leaves its fields null.
 */
export interface Leak {
  /** Id of the fact. */
  readonly fact: string;
  /** Index of the predicted token among the record's model input (BOS, where there is one, is 0). */
  readonly position: number;
  /** UTF-16 range of the predicted token in the record's text; empty at the record's end. */
  readonly start: number;
  readonly end: number;
  readonly kind: LeakKind;
  /** Number of answer tokens that the text has just emitted; 0 before an answer's first token. */
  readonly depth: number;
  /** Index of the likeliest answer here, counted over the fact's `answers` and then its anchored ones; -1 for a class of tokens. */
  readonly answer: number;
  /** Text of the likeliest answer where a rule computed it, else null. */
  readonly computed: string | null;
  /** Teacher's probability of the tokens that continue towards the answer. */
  readonly tokenMass: number;
  /** Teacher's probability of the whole rest of the answer. */
  readonly mass: number;
  /** 1 + number of tokens that the teacher finds likelier than the best continuing token; at most 65 for a class of tokens. */
  readonly rank: number;
  /** Teacher's probability beyond the reference's, summed over the continuing tokens. Equals tokenMass without a reference. */
  readonly lift: number;
  /** What p_R is here: a model, the same text with other subjects, or nothing. */
  readonly reference: ReferenceKind;
  /** Lift weighted with the probability that the rest of the answer follows without the teacher. */
  readonly exposure: number;
  readonly referenceMass: number | null;
  readonly studentMass: number | null;
  /** Whether these are of the continuing tokens, or of the whole rest of the answer. */
  readonly comparison: ComparisonByRole;
  /** Temperature times (teacher's minus student's mass at that temperature): what is still to be learnt. */
  readonly pull: number | null;
  /** Whether the student has already taken up at least half of the lift. */
  readonly status: 'absorbed' | 'open' | null;
  /** How alike the teacher's distribution here is to that behind the fact's own prompts, 0 to 1; null without prompts. */
  readonly similarity: number | null;
  /** The continuing tokens one by one; only where the scan was asked for them. */
  readonly branch: LeakBranch | null;
}

/** Probabilities of the tokens that continue towards an answer, in the order of `tokens`, at temperature 1. */
export interface LeakBranch {
  /** Token ids; for a class of tokens empty: the class as a whole stands in `teacher[0]` and `reference[0]`. */
  readonly tokens: readonly number[];
  readonly teacher: readonly number[];
  /** Zeros where there is no reference. */
  readonly reference: readonly number[];
}

/** What the forget set explains of a position's divergence between teacher and reference, in bits. */
export interface PositionBits {
  readonly position: number;
  /** UTF-16 range of the predicted token in the record's text. */
  readonly start: number;
  readonly end: number;
  /** Binary relative entropy of the union of the tokens of all facts that leak here. */
  readonly forgetBits: number;
  /** KL(teacher \u2016 reference), a lower bound that is tight but for the tail; null unless the scan was asked for it. */
  readonly kl: number | null;
}

/** How alike a record's contexts are to a fact's own prompts, at the position where they are most alike. */
export interface FactSimilarity {
  readonly fact: string;
  readonly position: number;
  readonly similarity: number;
}

/** The likeliest tokens of each model at one position where something leaks. */
export interface PositionTops {
  readonly position: number;
  readonly teacher: readonly TopToken[];
  readonly student: readonly TopToken[] | null;
  readonly reference: readonly TopToken[] | null;
}

/** Everything that a scan finds out about one record's text. Holds no thresholds: they apply afterwards. */
export interface RecordScores {
  /** Number of predicted tokens, the record's end included. */
  readonly tokens: number;
  /** Every (position, fact) whose lift reaches {@link LIFT_FLOOR}, by position, then by falling lift. */
  readonly leaks: readonly Leak[];
  readonly tops: readonly PositionTops[];
  /** Positions with forget bits, and where the scan was asked for it, with divergence. */
  readonly bits: readonly PositionBits[];
  /** Of every gated fact with prompts whose gate opens in the record. */
  readonly similarities: readonly FactSimilarity[];
  /** Rules that could not be applied to this record, and why; its other scores stand. */
  readonly skipped: readonly string[];
  /** Said where the token spans are not exact (normalisers that change the text). */
  readonly approximate: Approximation | null;
}

/** Lifts below this are not kept: far under any threshold that means something. */
export const LIFT_FLOOR = 0.001;

/** Used when nothing better is known (uncalibrated); leak-score pilot. */
export const DEFAULT_THRESHOLD = 0.02;

/** The scores of a text in which nothing was found. */
export const NO_SCORES: RecordScores = {
  tokens: 0,
  leaks: [],
  tops: [],
  bits: [],
  similarities: [],
  skipped: [],
  approximate: null,
};
