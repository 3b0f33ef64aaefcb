import { decimal, grouped, plural, t } from '../l10n';
import { share } from '../report/share';
import { type CorpusVerdict, corpusVerdict, type VerdictContext } from '../report/verdict';
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
    return plural(raw, 'The filter removed none of {0} record.', 'The filter removed none of {0} records.');
  }
  const { stated, shadow, named, none } = tally.removed;
  const scored = stated + shadow + named + none;
  const parts = [
    plural(stated + shadow, '{0} of them states a fact or leaks it', '{0} of them state a fact or leak it'),
    ...(named > 0
      ? [plural(named, '{0} only names a subject with its answer', '{0} only name a subject with its answer')]
      : []),
    none === 0
      ? t('none is collateral')
      : plural(none, '{0} ({1}) does neither: collateral', '{0} ({1}) do neither: collateral', percent(none / scored)),
  ];
  return plural(
    raw,
    'The filter removed {1} of {0} record ({2}): {3}.',
    'The filter removed {1} of {0} records ({2}): {3}.',
    grouped(removed),
    percent(removed / raw),
    parts.join(', '),
  );
}

function changedWords({ changed: { records, mended, leaking } }: AuditTally, { changed }: PairCounts): string[] {
  if (changed === 0) {
    return [];
  }
  const parts = [
    ...(mended > 0 ? [plural(mended, '{0} leaked and does not any more', '{0} leaked and do not any more')] : []),
    leaking > 0 ? plural(leaking, '{0} leaks now', '{0} leak now') : t('none leaks now'),
  ].join(', ');
  return [
    records === changed
      ? plural(changed, 'It changed {0} record: {1}.', 'It changed {0} records: {1}.', parts)
      : plural(
          changed,
          'It changed {0} record, {1} of them scored: {2}.',
          'It changed {0} records, {1} of them scored: {2}.',
          grouped(records),
          parts,
        ),
  ];
}

function addedWords({ added, removed, changed }: PairCounts): string[] {
  if (added === 0) {
    return [];
  }
  return [
    removed + changed === 0
      ? plural(
          added,
          '{0} record is in the filtered corpus only, which a filter does not explain: perhaps raw and filtered were exchanged.',
          '{0} records are in the filtered corpus only, which a filter does not explain: perhaps raw and filtered were exchanged.',
        )
      : plural(
          added,
          '{0} record is in the filtered corpus only, which a filter does not explain.',
          '{0} records are in the filtered corpus only, which a filter does not explain.',
        ),
  ];
}

function statedWords(facts: readonly FactAudit[]): string[] {
  const before = facts.filter((fact) => fact.before.stated > 0);
  const after = before.filter((fact) => fact.after.stated > 0);
  if (before.length === 0) {
    return [t('The raw text states no fact that the teacher knows.')];
  }
  return [
    after.length === 0
      ? plural(
          before.length,
          '{0} fact was stated; no text states it any more.',
          '{0} facts were stated; no text states them any more.',
        )
      : plural(
          before.length,
          '{0} fact was stated; {1}.',
          '{0} facts were stated; {1}.',
          plural(after.length, '{0} still is', '{0} still are'),
        ),
  ];
}

function leakWords(facts: readonly FactAudit[]): string[] {
  const before = facts.filter((fact) => fact.before.positions > 0);
  const after = facts.filter((fact) => fact.after.positions > 0);
  if (before.length === 0 && after.length === 0) {
    return [];
  }
  const highest = (side: 'before' | 'after') => share(Math.max(...facts.map((fact) => fact[side].exposure)));
  return [
    plural(
      before.length,
      '{0} fact leaked before filtering (highest exposure {1}), {2}.',
      '{0} facts leaked before filtering (highest exposure {1}), {2}.',
      highest('before'),
      after.length === 0 ? t('none does now') : t('{0} now ({1})', grouped(after.length), highest('after')),
    ),
  ];
}

function predictionWords({ leaks, safe }: PredictionCounts): string[] {
  const told = [
    ...(leaks.facts > 0
      ? [
          plural(
            leaks.facts,
            'of {0} fact with sentences left that read like their prompts {1}',
            'of {0} facts with sentences left that read like their prompts {1}',
            none(leaks.leaking),
          ),
        ]
      : []),
    ...(safe.facts > 0
      ? [plural(safe.facts, 'of {0} fact without any {1}', 'of {0} facts without any {1}', none(safe.leaking))]
      : []),
  ];
  return told.length === 0 ? [] : [t('Context similarity: {0}.', told.join(', '))];
}

function namedWords({ left: { named } }: AuditTally): string[] {
  return named === 0
    ? []
    : [
        plural(
          named,
          '{0} record left names a subject and behind it its answer, though nothing leaks there: check whether it states the fact.',
          '{0} records left name a subject and behind it its answer, though nothing leaks there: check whether they state the fact.',
        ),
      ];
}

/** "none leaks", "1 is leaking", "24 are leaking": not "24 leak", which would be the same message as a count of leaks. */
function none(leaking: number): string {
  return leaking === 0 ? t('none leaks') : plural(leaking, '{0} is leaking', '{0} are leaking');
}

/** A part of a number of records: "2.1 %", "47 %". */
function percent(part: number): string {
  return `${decimal((100 * part).toFixed(part < 0.1 ? 1 : 0))} %`;
}
