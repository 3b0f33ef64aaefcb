import { grouped } from '../l10n';
import { count } from '../report/closingWords';
import { type CorpusVerdict, corpusVerdict, percent, type VerdictContext } from '../report/verdict';
import type { AuditTally, FactAudit } from './auditTally';
import type { PairCounts } from './pairRecords';
import { countPredictions, type PredictionCounts } from './prediction';

/**
 * What the filter did and what that was worth, in plain words: sentences about numbers, which name no fact. The kind is that of the
 * verdict on the filtered corpus.
 */
export function auditVerdict(
  tally: AuditTally,
  records: PairCounts,
  context: Omit<VerdictContext, 'records'>,
): CorpusVerdict {
  const facts = tally.facts;
  const filtered = corpusVerdict(
    facts.map(({ after }) => after),
    { ...context, records: tally.after.totals.records },
  );
  const sentences = [
    ...filtered.sentences,
    removedWords(tally, records),
    ...changedWords(tally, records),
    ...addedWords(records),
    ...statedWords(facts),
    ...leakWords(facts),
    ...predictionWords(countPredictions(facts)),
    ...namedWords(tally),
  ];
  return { kind: filtered.kind, sentences, words: sentences.join(' ') };
}

function removedWords(tally: AuditTally, { raw, removed }: PairCounts): string {
  if (removed === 0) {
    return `The filter removed none of ${count(raw, 'record')}.`;
  }
  const { stated, shadow, named, none } = tally.removed;
  const scored = stated + shadow + named + none;
  const telling = stated + shadow;
  const parts = [
    telling === 1 ? '1 of them states a fact or leaks it' : `${grouped(telling)} of them state a fact or leak it`,
    ...(named > 0 ? [`${grouped(named)} only ${named === 1 ? 'names' : 'name'} a subject with its answer`] : []),
    none === 0
      ? 'none is collateral'
      : `${grouped(none)} (${percent(none / scored)}) ${none === 1 ? 'does' : 'do'} neither: collateral`,
  ];
  return `The filter removed ${grouped(removed)} of ${count(raw, 'record')} (${percent(removed / raw)}): ${parts.join(', ')}.`;
}

function changedWords({ changed: { records, mended, leaking } }: AuditTally, { changed }: PairCounts): string[] {
  if (changed === 0) {
    return [];
  }
  const scored = records === changed ? '' : `, ${grouped(records)} of them scored`;
  const parts = [
    ...(mended > 0 ? [`${grouped(mended)} leaked and ${mended === 1 ? 'does' : 'do'} not any more`] : []),
    leaking > 0 ? `${grouped(leaking)} ${leaking === 1 ? 'leaks' : 'leak'} now` : 'none leaks now',
  ];
  return [`It changed ${count(changed, 'record')}${scored}: ${parts.join(', ')}.`];
}

function addedWords({ added, removed, changed }: PairCounts): string[] {
  if (added === 0) {
    return [];
  }
  const only = `${count(added, 'record')} ${added === 1 ? 'is' : 'are'} in the filtered corpus only, which a filter does not explain`;
  return [removed + changed === 0 ? `${only}: perhaps raw and filtered were exchanged.` : `${only}.`];
}

function statedWords(facts: readonly FactAudit[]): string[] {
  const before = facts.filter((fact) => fact.before.stated > 0);
  const after = before.filter((fact) => fact.after.stated > 0);
  if (before.length === 0) {
    return ['The raw text states no fact that the teacher knows.'];
  }
  const verb = before.length === 1 ? 'was' : 'were';
  const still =
    after.length === 0
      ? `no text states ${before.length === 1 ? 'it' : 'them'} any more`
      : `${grouped(after.length)} still ${after.length === 1 ? 'is' : 'are'}`;
  return [`${count(before.length, 'fact')} ${verb} stated; ${still}.`];
}

function leakWords(facts: readonly FactAudit[]): string[] {
  const before = facts.filter((fact) => fact.before.positions > 0);
  const after = facts.filter((fact) => fact.after.positions > 0);
  if (before.length === 0 && after.length === 0) {
    return [];
  }
  const highest = (side: 'before' | 'after') => Math.max(...facts.map((fact) => fact[side].exposure)).toFixed(2);
  const leaked = `${count(before.length, 'fact')} leaked before filtering (highest exposure ${highest('before')})`;
  const now = after.length === 0 ? 'none does now' : `${grouped(after.length)} now (${highest('after')})`;
  return [`${leaked}, ${now}.`];
}

function predictionWords({ leaks, safe }: PredictionCounts): string[] {
  const told = [
    ...(leaks.facts > 0
      ? [`of ${count(leaks.facts, 'fact')} with sentences left that read like their prompts ${none(leaks.leaking)}`]
      : []),
    ...(safe.facts > 0 ? [`of ${count(safe.facts, 'fact')} without any ${none(safe.leaking)}`] : []),
  ];
  return told.length === 0 ? [] : [`Context similarity: ${told.join(', ')}.`];
}

function namedWords({ left: { named } }: AuditTally): string[] {
  return named === 0
    ? []
    : [
        `${count(named, 'record')} left ${named === 1 ? 'names' : 'name'} a subject and behind it its answer, though nothing leaks there: ` +
          `check whether ${named === 1 ? 'it states' : 'they state'} the fact.`,
      ];
}

/** "none leaks", "1 leaks", "24 leak". */
function none(leaking: number): string {
  return leaking === 0 ? 'none leaks' : `${grouped(leaking)} ${leaking === 1 ? 'leaks' : 'leak'}`;
}
