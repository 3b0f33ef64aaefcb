import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summariseAudit } from '../../../src/core/audit/auditSummary';
import { AuditTally } from '../../../src/core/audit/auditTally';
import { auditVerdict } from '../../../src/core/audit/auditVerdict';
import { findingsOf } from '../../../src/core/audit/finding';
import type { PairCounts } from '../../../src/core/audit/pairRecords';
import { predictionOf } from '../../../src/core/audit/prediction';
import type { Fact } from '../../../src/core/forget/fact';
import { type Leak, NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { repoRoot } from '../../repoRoot';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';

const FACTS = [someFact({ prompts: ['Kamitel is in'] }), someFact({ id: 'f2', prompts: ['Brixolan is in'] })];

const scores = (leaks: readonly Leak[], similarities: RecordScores['similarities'] = []): RecordScores => ({
  ...NO_SCORES,
  tokens: 5,
  leaks,
  similarities,
});
const STATED = scores([someLeak({ kind: 'stated', lift: 0.9, exposure: 0.85, similarity: 0.9 })]);
const SHADOW = scores([someLeak({ lift: 0.4, exposure: 0.3, similarity: 0.8 })]);
const CALM = scores([], [{ fact: 'f1', position: 2, similarity: 0.1 }]);

/** A tally of scored records, and how many there were of each kind. */
function audited(
  records: Partial<Record<'removed' | 'kept' | 'added', readonly RecordScores[]>>,
  changes: readonly (readonly [before: RecordScores, after: RecordScores])[] = [],
  facts: readonly Fact[] = FACTS,
): { tally: AuditTally; counts: PairCounts } {
  const tally = new AuditTally(facts, 0.02);
  const add = (each: RecordScores, raw: boolean, filtered: boolean) =>
    findingsOf(tally.addScores(each, { raw, filtered }), []);
  const { removed = [], kept = [], added = [] } = records;
  for (const each of removed) {
    tally.addRecord('removed', add(each, true, false), null);
  }
  for (const each of kept) {
    const findings = add(each, true, true);
    tally.addRecord('kept', findings, findings);
  }
  for (const each of added) {
    tally.addRecord('added', null, add(each, false, true));
  }
  for (const [before, after] of changes) {
    tally.addRecord('changed', add(before, true, false), add(after, false, true));
  }
  const counts = {
    kept: kept.length,
    changed: changes.length,
    removed: removed.length,
    added: added.length,
    raw: kept.length + changes.length + removed.length,
    filtered: kept.length + changes.length + added.length,
  };
  return { tally, counts };
}

const verdict = ({ tally, counts }: ReturnType<typeof audited>, temperature = 1) =>
  auditVerdict(tally, counts, { temperature, incomplete: false });

describe('the verdict on a filter', () => {
  it('says that the filter did its work and why that is not enough', () => {
    const { kind, sentences, words } = verdict(audited({ removed: [STATED, STATED, CALM], kept: [SHADOW, CALM] }));
    assert.equal(kind, 'filtering-fails');
    assert.equal(words, sentences.join(' '));
    assert.deepEqual(sentences.slice(2), [
      'The filter removed 3 of 5 records (60 %): 2 of them state a fact or leak it, 1 (33 %) does neither: collateral.',
      '1 fact was stated; no text states it any more.',
      '1 fact leaked before filtering (highest exposure 0.850), 1 now (0.300).',
      'Context similarity: of 1 fact with sentences left that read like their prompts 1 is leaking, of 1 fact without any none leaks.',
    ]);
    assert.match(words, /^Filtering does not work here: 1 fact leaks through sentences/);
  });

  it('says that filtering works where nothing is left', () => {
    const { kind, sentences } = verdict(audited({ removed: [STATED], kept: [CALM, CALM] }));
    assert.equal(kind, 'filtering-works');
    assert.match(sentences[0] ?? '', /^Filtering works here/);
    assert.deepEqual(sentences.slice(2), [
      'The filter removed 1 of 3 records (33 %): 1 of them states a fact or leaks it, none is collateral.',
      '1 fact was stated; no text states it any more.',
      '1 fact leaked before filtering (highest exposure 0.850), none does now.',
      'Context similarity: of 2 facts without any none leaks.',
    ]);
  });

  it('sends people to the filter where the text still states facts', () => {
    const { kind, words } = verdict(audited({ kept: [STATED, CALM] }));
    assert.equal(kind, 'mend-filter');
    assert.match(
      words,
      /^Mend the filter first: .* The filter removed none of 2 records\. 1 fact was stated; 1 still is\./,
    );
  });

  it('speaks of changed records, of added ones, and of sides that were exchanged', () => {
    const changed = verdict(
      audited({ kept: [CALM] }, [
        [STATED, CALM],
        [STATED, SHADOW],
      ]),
    );
    assert.match(changed.words, /It changed 2 records: 1 leaked and does not any more, 1 leaks now\./);
    const some = verdict(audited({ removed: [STATED], added: [CALM] }));
    assert.match(some.words, /1 record is in the filtered corpus only, which a filter does not explain\./);
    const exchanged = verdict(audited({ kept: [CALM], added: [STATED, STATED] }));
    assert.match(exchanged.words, /2 records are in the filtered .*: perhaps raw and filtered were exchanged\./);
  });

  it('points at records that only name a subject with its answer', () => {
    const { tally, counts } = audited({ kept: [CALM] });
    const named = findingsOf([], ['f1']);
    tally.addRecord('kept', named, named);
    tally.addRecord('removed', named, null);
    const { words } = auditVerdict(tally, { ...counts, removed: 1 }, { temperature: 1, incomplete: false });
    assert.match(
      words,
      /0 of them state a fact or leak it, 1 only names a subject with its answer, none is collateral/,
    );
    assert.match(words, /1 record left names a subject and behind it its answer, though nothing leaks there: check/);
  });

  it('promises nothing above temperature 1, nor of what was not scored', () => {
    const calm = audited({ removed: [STATED], kept: [CALM] });
    assert.equal(verdict(calm, 2).kind, 'temperature');
    const { words } = auditVerdict(calm.tally, calm.counts, { temperature: 1, incomplete: true });
    assert.match(words, /This holds only for what could be scored\./);
    assert.match(verdict(audited({ removed: [CALM] })).words, /The raw text states no fact that the teacher knows\./);
  });
});

describe('what context similarity predicts', () => {
  const [fact] = new AuditTally(FACTS, 0.02).facts;
  const predicted = (similarity: number | null, comparable: boolean) =>
    fact && predictionOf({ after: { ...fact.after, similarity, comparable } });

  it('is a leak where sentences like the prompts are left, safety where none is, else nothing', () => {
    assert.deepEqual(
      [predicted(0.5, true), predicted(0.49, true), predicted(null, true), predicted(null, false)],
      ['leaks', 'safe', 'safe', null],
    );
  });
});

describe('the summary of an audit', () => {
  const context = {
    files: { raw: 1, filtered: 1 },
    reference: 'model',
    comparison: { student: null, reference: 'tokens' },
    completedBy: 'reference',
    onPolicy: false,
    threshold: 0.02,
    calibrated: false,
    expectedFalseFlagsPer1000: null,
    temperature: 1,
    models: { teacher: { folder: 't', hash: 'h' }, student: null, reference: null },
    decided: null,
    incomplete: [],
  } as const;

  it('holds every fact with what became of it, and its text only where that may be shown', () => {
    const { tally, counts } = audited({ removed: [STATED], kept: [SHADOW, CALM] });
    const summary = summariseAudit(tally, { ...context, records: counts }, null);
    assert.deepEqual(
      [summary.schema, summary.leaks, summary.stated, summary.shadow],
      ['seep.audit/1', { before: 2, after: 1 }, { before: 1, after: 0 }, { before: 1, after: 1 }],
    );
    assert.deepEqual(summary.facts[0], {
      fact: 'f1',
      removed: { stated: 1, shadow: 0, named: 0 },
      left: { stated: 0, shadow: 1, named: 0 },
      leaks: { before: 2, after: 1 },
      exposure: { before: 0.85, after: 0.3 },
      maxLift: { before: 0.9, after: 0.4 },
      similarity: 0.8,
      predicted: 'leaks',
      verdict: 'filtering-fails',
    });
    assert.equal(summary.facts[1]?.verdict, 'not-mentioned');
    assert.deepEqual(summary.predictions, { leaks: { facts: 1, leaking: 1 }, safe: { facts: 1, leaking: 0 } });
    const keys = [summary, ...summary.facts, summary.records, summary.left, summary.changed].flatMap(Object.keys);
    const documented = readFileSync(join(repoRoot, 'docs/audit.md'), 'utf8');
    const asOfScans = Object.keys(context);
    assert.deepEqual(
      keys.filter((key) => !asOfScans.includes(key) && key !== 'schema' && !documented.includes(`\`${key}\``)),
      [],
    );
    const shown = summariseAudit(tally, { ...context, records: counts }, FACTS).facts[0];
    assert.deepEqual([shown?.subjects, shown?.answers], [['Kamitel'], ['Vandor']]);
  });
});
