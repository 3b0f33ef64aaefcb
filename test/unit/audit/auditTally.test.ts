import assert from 'node:assert/strict';
import { AuditTally } from '../../../src/core/audit/auditTally';
import { type Finding, findingsOf, gravest, leaks } from '../../../src/core/audit/finding';
import { NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';

const stated: RecordScores = {
  ...NO_SCORES,
  tokens: 8,
  leaks: [someLeak({ kind: 'stated', lift: 0.9, exposure: 0.8 }), someLeak({ position: 5, lift: 0.1, exposure: 0.1 })],
};
const shadow: RecordScores = { ...NO_SCORES, tokens: 6, leaks: [someLeak({ lift: 0.4, exposure: 0.3 })] };
const faint: RecordScores = { ...NO_SCORES, tokens: 6, leaks: [someLeak({ lift: 0.01, exposure: 0.01 })] };

const f1: Omit<Finding, 'kind'> = { fact: 'f1', leaks: 1, maxLift: 0.4, exposure: 0.3 };
const SHADOW: Finding = { ...f1, kind: 'shadow' };
const STATED: Finding = { ...f1, kind: 'stated' };
const NAMED: Finding = { ...f1, kind: 'named', leaks: 0 };

const RAW = { raw: true, filtered: false };
const FILTERED = { raw: false, filtered: true };
const BOTH = { raw: true, filtered: true };

describe('what a record has to do with the facts', () => {
  it('is the gravest of its leaks of each fact', () => {
    assert.deepEqual(findingsOf([someLeak({ lift: 0.5 }), ...stated.leaks, someLeak({ fact: 'f2' })], []), [
      { fact: 'f1', kind: 'stated', leaks: 3, maxLift: 0.9, exposure: 0.8 },
      { fact: 'f2', kind: 'shadow', leaks: 1, maxLift: 0.25, exposure: 0.2 },
    ]);
  });

  it('is no more than a name where nothing leaks', () => {
    const findings = findingsOf(shadow.leaks, ['f1', 'f3']);
    assert.deepEqual(
      findings.map(({ fact, kind }) => `${fact} ${kind}`),
      ['f1 shadow', 'f3 named'],
    );
    assert.deepEqual([gravest(findings), gravest([NAMED]), gravest([])], ['shadow', 'named', null]);
    assert.deepEqual([leaks(findings), leaks([NAMED]), leaks([])], [true, false, false]);
  });
});

describe('the tally of an audit', () => {
  const facts = [someFact(), someFact({ id: 'f2' })];

  it('counts kept records on both sides and others on their own', () => {
    const tally = new AuditTally(facts, 0.02);
    assert.equal(tally.addScores(stated, RAW).length, 2);
    assert.equal(tally.addScores(shadow, BOTH).length, 1);
    assert.equal(tally.addScores(faint, FILTERED).length, 0);
    assert.deepEqual([tally.before.totals.records, tally.before.totals.leaks], [2, 3]);
    assert.deepEqual([tally.after.totals.records, tally.after.totals.leaks], [2, 1]);
    const [first, second] = tally.facts;
    assert.deepEqual(
      [first?.fact, first?.before.exposure, first?.after.exposure, first?.before.stated, first?.after.stated],
      ['f1', 0.8, 0.3, 1, 0],
    );
    assert.deepEqual([second?.fact, second?.before.positions], ['f2', 0]);
  });

  it('counts removed and left records by the gravest thing they do', () => {
    const tally = new AuditTally(facts, 0.02);
    for (const findings of [[STATED, SHADOW], [SHADOW], [NAMED], [], [], null]) {
      tally.addRecord('removed', findings, null);
    }
    tally.addRecord('kept', [SHADOW], [SHADOW]);
    tally.addRecord('added', null, []);
    assert.deepEqual(tally.removed, { stated: 1, shadow: 1, named: 1, none: 2 });
    assert.deepEqual(tally.left, { stated: 0, shadow: 1, named: 0, none: 1 });
  });

  it('says of changed records whether they are mended', () => {
    const tally = new AuditTally(facts, 0.02);
    tally.addRecord('changed', [STATED], []);
    tally.addRecord('changed', [STATED], [SHADOW]);
    tally.addRecord('changed', [], [SHADOW]);
    tally.addRecord('changed', [], []);
    tally.addRecord('changed', [NAMED], []);
    tally.addRecord('changed', null, [SHADOW]);
    tally.addRecord('changed', [STATED], null);
    assert.deepEqual(tally.changed, { records: 5, mended: 1, leaking: 2 });
    const fact = tally.facts.find((each) => each.fact === 'f1');
    // A statement that became a shadow leak is removed and leaves a shadow leak; nobody knows of what could not be scored.
    assert.deepEqual(fact?.removed, { stated: 2, shadow: 0, named: 1 });
    assert.deepEqual(fact?.left, { stated: 0, shadow: 3, named: 0 });
  });

  it('puts the facts first that leak most after filtering', () => {
    const tally = new AuditTally([...facts, someFact({ id: 'f3' })], 0.02);
    const leak = (fact: string, exposure: number): RecordScores => ({
      ...NO_SCORES,
      leaks: [someLeak({ fact, exposure, lift: exposure })],
    });
    tally.addScores(leak('f1', 0.2), FILTERED);
    tally.addScores(leak('f2', 0.1), RAW);
    tally.addScores(leak('f3', 0.9), RAW);
    assert.deepEqual(
      tally.facts.map(({ fact }) => fact),
      ['f1', 'f3', 'f2'],
    );
  });
});
