import type { Fact } from '../forget/fact';
import type { CompletionSource, ReferenceKind } from '../score/leak';
import { rounded } from './leakLine';
import type { FactTotals, Tally } from './tally';

/** One fact in a summary; its text only where answers are shown. */
export interface FactSummary extends FactTotals {
  readonly subjects?: readonly string[];
  readonly answers?: readonly string[];
}

export interface ModelSummary {
  /** Name of the model's folder, without the folders above it. */
  readonly folder: string;
  /** SHA-256 over the model's files, hex. */
  readonly hash: string;
}

/** Something that was not scored. */
export interface Incomplete {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The last line of a report. Holds no times, so that equal runs give equal reports. */
export interface Summary {
  readonly schema: 'seep.summary/1';
  readonly files: number;
  readonly records: number;
  readonly tokens: number;
  readonly leaks: number;
  readonly stated: number;
  readonly shadow: number;
  /** Every fact of the forget set, by falling exposure. */
  readonly facts: readonly FactSummary[];
  readonly reference: ReferenceKind;
  readonly completedBy: CompletionSource;
  readonly threshold: number;
  readonly calibrated: boolean;
  /** How many of 1,000 tokens are flagged although nothing is to be known there; null without a calibration. */
  readonly expectedFalseFlagsPer1000: number | null;
  readonly temperature: number;
  readonly models: {
    readonly teacher: ModelSummary;
    readonly student: ModelSummary | null;
    readonly reference: ModelSummary | null;
  };
  readonly incomplete: readonly Incomplete[];
}

export interface SummaryContext extends Pick<Summary, 'files' | 'reference' | 'completedBy' | 'models' | 'incomplete'> {
  readonly threshold: number;
  readonly calibrated: boolean;
  readonly expectedFalseFlagsPer1000: number | null;
  readonly temperature: number;
  /** The forget set where its text may be shown, else null. */
  readonly shown: readonly Fact[] | null;
}

export function summarise(tally: Tally, context: SummaryContext): Summary {
  const { records, tokens, leaks, stated, shadow } = tally.totals;
  const byId = new Map(context.shown?.map((fact) => [fact.id, fact]));
  return {
    schema: 'seep.summary/1',
    files: context.files,
    records,
    tokens,
    leaks,
    stated,
    shadow,
    facts: tally.facts.map((totals) => {
      const fact = byId.get(totals.fact);
      return {
        ...totals,
        maxLift: rounded(totals.maxLift),
        exposure: rounded(totals.exposure),
        ...(fact === undefined ? {} : { subjects: fact.subjects, answers: fact.answers }),
      };
    }),
    reference: context.reference,
    completedBy: context.completedBy,
    threshold: context.threshold,
    calibrated: context.calibrated,
    expectedFalseFlagsPer1000: context.expectedFalseFlagsPer1000,
    temperature: context.temperature,
    models: context.models,
    incomplete: context.incomplete,
  };
}
