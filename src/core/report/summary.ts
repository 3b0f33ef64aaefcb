import type { DecidedTotals } from '../decisions/decidedTally';
import type { Fact } from '../forget/fact';
import type { ComparisonByRole, CompletionSource, ReferenceKind } from '../score/leak';
import { rounded } from './leakLine';
import type { FactTotals, Tally } from './tally';
import type { UnattributedTotals } from './unattributed';
import { corpusVerdict, type FactVerdictKind, factVerdict, type Verdict } from './verdict';

/** One fact in a summary; its text only where answers are shown. The keys in this order. */
export interface FactSummary
  extends Pick<
    FactTotals,
    'fact' | 'maxLift' | 'maxMass' | 'exposure' | 'positions' | 'records' | 'stated' | 'similarity'
  > {
  /** Whether filtering keeps this fact from the student. */
  readonly verdict: FactVerdictKind;
  readonly subjects?: readonly string[];
  /** Its answers; of a rule or a choice the anchored ones too, of a class of tokens the pattern. */
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

/** By file in the order given, then by line: reading runs ahead of scoring, so places come in mixed. Other files come first. */
export function incompleteInOrder(places: readonly Incomplete[], files: readonly string[]): Incomplete[] {
  const order = new Map(files.map((file, index) => [file, index]));
  const of = ({ file }: Incomplete) => order.get(file) ?? -1;
  return [...places].sort((a, b) => of(a) - of(b) || a.line - b.line);
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
  /** How student and reference are compared with the teacher; null: there is no such model. */
  readonly comparison: ComparisonByRole;
  readonly onPolicy: boolean;
  readonly threshold: number;
  readonly calibrated: boolean;
  /** How many of 1,000 tokens are flagged although nothing is to be known there; null without a calibration. */
  readonly expectedFalseFlagsPer1000: number | null;
  readonly temperature: number;
  /** Sum over all positions, in bits. */
  readonly forgetBits: number;
  /** Null where the scan was not asked for it, or has no reference model to tell it by. */
  readonly unattributed: UnattributedTotals | null;
  readonly verdict: Verdict;
  readonly models: {
    readonly teacher: ModelSummary;
    readonly student: ModelSummary | null;
    readonly reference: ModelSummary | null;
  };
  /** What was decided about these leaks; null where no decisions were read. */
  readonly decided: DecidedTotals | null;
  readonly incomplete: readonly Incomplete[];
}

export interface SummaryContext
  extends Pick<
    Summary,
    | 'files'
    | 'reference'
    | 'completedBy'
    | 'comparison'
    | 'onPolicy'
    | 'threshold'
    | 'calibrated'
    | 'expectedFalseFlagsPer1000'
    | 'temperature'
    | 'models'
    | 'decided'
    | 'incomplete'
  > {
  /** Whether the scan told the divergence that no fact explains. */
  readonly tellsUnattributed: boolean;
  /** The forget set where its text may be shown, else null. */
  readonly shown: readonly Fact[] | null;
}

export function summarise(tally: Tally, context: SummaryContext): Summary {
  const { facts, totals } = tally;
  const { records, tokens, leaks, stated, shadow, forgetBits, unattributed } = totals;
  const { temperature, incomplete } = context;
  const verdict = corpusVerdict(facts, { records, temperature, incomplete: incomplete.length > 0 });
  const byId = new Map(context.shown?.map((fact) => [fact.id, fact]));
  return {
    schema: 'seep.summary/1',
    files: context.files,
    records,
    tokens,
    leaks,
    stated,
    shadow,
    facts: facts.map((each) => {
      const fact = byId.get(each.fact);
      return {
        fact: each.fact,
        maxLift: rounded(each.maxLift),
        maxMass: rounded(each.maxMass),
        exposure: rounded(each.exposure),
        positions: each.positions,
        records: each.records,
        stated: each.stated,
        similarity: each.similarity === null ? null : rounded(each.similarity),
        verdict: factVerdict(each, temperature).kind,
        ...(fact === undefined ? {} : { subjects: fact.subjects, answers: namedAnswers(fact) }),
      };
    }),
    reference: context.reference,
    completedBy: context.completedBy,
    comparison: context.comparison,
    onPolicy: context.onPolicy,
    threshold: context.threshold,
    calibrated: context.calibrated,
    expectedFalseFlagsPer1000: context.expectedFalseFlagsPer1000,
    temperature,
    forgetBits: rounded(forgetBits),
    unattributed: context.tellsUnattributed
      ? { bits: rounded(unattributed.bits), positions: unattributed.positions }
      : null,
    verdict: { kind: verdict.kind, words: verdict.words },
    models: context.models,
    decided: context.decided,
    incomplete,
  };
}

/** Everything that gives a fact away by itself. */
export function namedAnswers({ answers, anchored, pattern }: Fact): readonly string[] {
  return [...answers, ...(anchored?.answers ?? []), ...(pattern === null ? [] : [pattern])];
}
