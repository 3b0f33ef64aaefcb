import assert from 'node:assert/strict';
import { Tally } from '../../../src/core/report/tally';
import { someLeak } from './someLeak';

describe('adding up leaks', () => {
  it('counts pairs, positions, records and kinds at or above the threshold, and takes maxima per fact', () => {
    const tally = new Tally([{ id: 'f1' }, { id: 'f2' }, { id: 'f3' }, { id: 'quiet' }], 0.02);
    const first = tally.add({
      tokens: 10,
      leaks: [
        someLeak({ position: 3, lift: 0.25, exposure: 0.2 }),
        someLeak({ position: 3, fact: 'f2', lift: 0.02, exposure: 0.01, kind: 'stated' }),
        someLeak({ position: 5, lift: 0.5, exposure: 0.1 }),
        someLeak({ position: 6, fact: 'f3', lift: 0.0199, exposure: 0.015 }),
        someLeak({ position: 6, fact: 'of another set', lift: 0.9, exposure: 0.9 }),
      ],
    });
    assert.deepEqual(
      first.map(({ fact, position }) => `${fact}@${position}`),
      ['f1@3', 'f2@3', 'f1@5'],
    );
    tally.add({ tokens: 5, leaks: [someLeak({ position: 1, lift: 0.1, exposure: 0.05, kind: 'stated' })] });
    tally.add({ tokens: 7, leaks: [] });
    assert.deepEqual(tally.totals, {
      records: 3,
      tokens: 22,
      leaks: 4,
      stated: 2,
      shadow: 2,
      positions: 3,
      leakingFacts: 2,
    });
    assert.deepEqual(tally.facts, [
      { fact: 'f1', maxLift: 0.5, exposure: 0.2, positions: 3, records: 2, stated: 1 },
      { fact: 'f3', maxLift: 0.0199, exposure: 0.015, positions: 0, records: 0, stated: 0 },
      { fact: 'f2', maxLift: 0.02, exposure: 0.01, positions: 1, records: 1, stated: 1 },
      { fact: 'quiet', maxLift: 0, exposure: 0, positions: 0, records: 0, stated: 0 },
    ]);
  });

  it('breaks ties of exposure by lift, then by the order of the forget set', () => {
    const tally = new Tally([{ id: 'a' }, { id: 'b' }, { id: 'c' }], 0.02);
    tally.add({
      tokens: 1,
      leaks: ['c', 'b', 'a'].map((fact) => someLeak({ fact, exposure: 0.1, lift: fact === 'b' ? 0.3 : 0.2 })),
    });
    assert.deepEqual(
      tally.facts.map(({ fact }) => fact),
      ['b', 'a', 'c'],
    );
  });
});
