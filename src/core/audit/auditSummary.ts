import type { Fact } from '../forget/fact';
import { rounded } from '../report/leakLine';
import { namedAnswers, type Summary } from '../report/summary';
import type { FactTotals } from '../report/tally';
import { type CorpusVerdict, type FactVerdictKind, factVerdict } from '../report/verdict';
import type { AuditTally, ChangedCounts, FactAudit, KindCounts } from './auditTally';
import { auditVerdict } from './auditVerdict';
import type { PairCounts } from './pairRecords';
import { countPredictions, type Prediction, type PredictionCounts, predictionOf } from './prediction';

/** A number of the raw corpus and the same of the filtered one. */
export interface BothSides {
  readonly before: number;
  readonly after: number;
}

/** What became of one fact; the keys in this order. */
export interface FactAuditSummary extends Pick<FactAudit, 'fact' | 'removed' | 'left'> {
  readonly leaks: BothSides;
  readonly exposure: BothSides;
  readonly maxLift: BothSides;
  /** How alike the contexts of the filtered corpus are to the fact's own prompts where they are most alike. */
  readonly similarity: number | null;
  readonly predicted: Prediction;
  /** How the fact fares in the filtered corpus. */
  readonly verdict: FactVerdictKind;
  /** Only where answers are shown. */
  readonly subjects?: readonly string[];
  readonly answers?: readonly string[];
}

/** The last line of an audit's report. Holds no times, so that equal runs give equal reports. */
export interface AuditSummary
  extends Pick<
    Summary,
    | 'reference'
    | 'comparison'
    | 'completedBy'
    | 'onPolicy'
    | 'threshold'
    | 'calibrated'
    | 'expectedFalseFlagsPer1000'
    | 'temperature'
    | 'models'
    | 'decided'
    | 'incomplete'
  > {
  readonly schema: 'seep.audit/1';
  readonly files: { readonly raw: number; readonly filtered: number };
  readonly records: PairCounts;
  /** Removed records that were scored; those under `none` are collateral. */
  readonly removed: KindCounts;
  readonly changed: ChangedCounts;
  /** Records of the filtered corpus that were scored. */
  readonly left: KindCounts;
  readonly leaks: BothSides;
  readonly stated: BothSides;
  readonly shadow: BothSides;
  /** Every fact of the forget set, by falling exposure after filtering. */
  readonly facts: readonly FactAuditSummary[];
  readonly predictions: PredictionCounts;
  readonly verdict: CorpusVerdict;
}

export type AuditContext = Omit<
  AuditSummary,
  'schema' | 'removed' | 'changed' | 'left' | 'leaks' | 'stated' | 'shadow' | 'facts' | 'predictions' | 'verdict'
>;

/** @param shown the forget set where its text may be shown, else null */
export function summariseAudit(tally: AuditTally, context: AuditContext, shown: readonly Fact[] | null): AuditSummary {
  const { files, records, temperature, incomplete } = context;
  const facts = tally.facts;
  const byId = new Map(shown?.map((fact) => [fact.id, fact]));
  const before = tally.before.totals;
  const after = tally.after.totals;
  const { kind, words, sentences } = auditVerdict(tally, records, { temperature, incomplete: incomplete.length > 0 });
  return {
    schema: 'seep.audit/1',
    files,
    records,
    removed: tally.removed,
    changed: tally.changed,
    left: tally.left,
    leaks: { before: before.leaks, after: after.leaks },
    stated: { before: before.stated, after: after.stated },
    shadow: { before: before.shadow, after: after.shadow },
    facts: facts.map((fact) => factSummary(fact, temperature, byId.get(fact.fact))),
    predictions: countPredictions(facts),
    reference: context.reference,
    comparison: context.comparison,
    completedBy: context.completedBy,
    onPolicy: context.onPolicy,
    threshold: context.threshold,
    calibrated: context.calibrated,
    expectedFalseFlagsPer1000: context.expectedFalseFlagsPer1000,
    temperature,
    verdict: { kind, words, sentences },
    models: context.models,
    decided: context.decided,
    incomplete,
  };
}

function factSummary(audit: FactAudit, temperature: number, shown: Fact | undefined): FactAuditSummary {
  const { fact, removed, left, before, after } = audit;
  const both = (of: (totals: FactTotals) => number): BothSides => ({
    before: rounded(of(before)),
    after: rounded(of(after)),
  });
  return {
    fact,
    removed,
    left,
    leaks: both(({ positions }) => positions),
    exposure: both(({ exposure }) => exposure),
    maxLift: both(({ maxLift }) => maxLift),
    similarity: after.similarity === null ? null : rounded(after.similarity),
    predicted: predictionOf(audit),
    verdict: factVerdict(after, temperature).kind,
    ...(shown === undefined ? {} : { subjects: shown.subjects, answers: namedAnswers(shown) }),
  };
}

/** Whether an audit has nothing to say of a fact: no record has to do with it, before or after. */
export function isSilent({ removed, left, leaks }: FactAuditSummary): boolean {
  const records = [removed, left].flatMap((kinds) => Object.values(kinds));
  return leaks.before === 0 && leaks.after === 0 && records.every((number) => number === 0);
}
