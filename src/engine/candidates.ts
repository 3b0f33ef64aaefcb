import type { Branch, PositionPlan } from '../core/score/factIndex';
import type { ReferenceKind } from '../core/score/leak';
import type { Probability } from '../core/score/leakScores';
import type { ModelRole } from '../protocol/engine';
import type { AnswerSteps } from './answerSteps';
import type { Job, RowResult, RunOptions, TokenList } from './jobs';
import type { Model } from './model';
import type { Encoded } from './tokenizer/tokenizer';
import type { Window } from './windows';

/** A record on its way through the passes. */
export interface Pending {
  readonly key: number;
  readonly encoded: Encoded;
  /** Rules that could not be applied, and why. */
  readonly skipped: readonly string[];
  places: Place[];
  /** By fact: where the record is most like one of its prompts. */
  readonly similarities: Map<number, { readonly position: number; readonly similarity: number }>;
  /** Every position's likeliest tokens, where divergence is asked for. */
  readonly spreads: Spread[];
  failure: string | null;
}

/** A position at which something may leak. */
export interface Place {
  readonly position: number;
  readonly window: Window;
  /** Index into the window's input of the token before the position. */
  readonly row: number;
  readonly tops: Partial<Record<ModelRole, TokenList>>;
  candidates: Candidate[];
  /** What the teacher, and the model that completes answers, say about the tokens behind. */
  steps: { readonly teacher: AnswerSteps; readonly completer: AnswerSteps } | null;
}

/** A (position, fact) pair on its way through the passes. */
export interface Candidate {
  readonly branch: Branch;
  readonly place: Place;
  /** Probabilities of the branch's tokens, by role of the model; null: no such model, or not asked yet. */
  readonly p: Record<ModelRole, Probability | null>;
  /** Where `p.reference` comes from. */
  reference: ReferenceKind;
  /** Probability of the rest of the answer in a model with a tokenizer of its own; null: no such model, or not asked yet. */
  readonly whole: Record<Exclude<ModelRole, 'teacher'>, number | null>;
  /** Masses of the branch at the asked temperature, where that is not 1. */
  readonly warm: Record<'teacher' | 'student', number>;
  rank: number | null;
  readonly similarity: number | null;
  /** What the teacher says at the same position of each text with another subject. */
  readonly swaps: SwapView[];
  /** Teacher's probability of the answer tokens that the text has emitted already, where texts with other subjects are looked at. */
  emitted: number;
}

/** The same position in a text with another subject. */
export interface SwapView {
  /** Model input up to the position. */
  readonly context: readonly number[];
  /** Probability of the answer tokens that the text has emitted already; 1 where there are none. */
  readonly emitted: number;
  /** Probability of each of the branch's tokens. */
  readonly p: Probability;
  steps: AnswerSteps | null;
}

/** The teacher's likeliest tokens at one position, and what the reference says of them. */
export interface Spread {
  readonly position: number;
  readonly window: Window;
  readonly ids: readonly number[];
  /** Natural-log probabilities, by id. */
  readonly teacher: readonly number[];
  reference: readonly number[] | null;
}

/** What the teacher is asked about one window of a record. */
export interface WindowPlan {
  readonly record: Pending;
  readonly window: Window;
  readonly plans: readonly PositionPlan[];
}

/** Runs jobs of records, counts the work and marks records that the runtime cannot run. */
export type RunJobs = <J extends Job & { readonly record: Pending }>(
  model: Model,
  jobs: readonly J[],
  options: RunOptions,
  onResult: (job: J, rows: readonly RowResult[]) => void,
) => Promise<void>;
