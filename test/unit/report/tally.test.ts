import assert from 'node:assert/strict';
import { Tally } from '../../../src/core/report/tally';
import { NO_SCORES, type PositionBits, type RecordScores } from '../../../src/core/score/leak';
import { someFact } from './someFact';
import { someLeak } from './someLeak';

const factsOf = (...ids: string[]) => ids.map((id) => someFact({ id }));

const scores = (changes: Partial<RecordScores>): RecordScores => ({ ...NO_SCORES, tokens: 5, ...changes });

const bits = (position: number, forgetBits: number, kl: number | null): PositionBits => ({
  position,
  start: position,
  end: position + 1,
  forgetBits,
  kl,
});

describe('adding up leaks', () => {
  it('counts pairs, positions, records and kinds at or above the threshold, and takes maxima per fact', () => {
    const tally = new Tally(factsOf('f1', 'f2', 'f3', 'quiet'), 0.02);
    const first = tally.add(
      scores({
        tokens: 10,
        leaks: [
          someLeak({ position: 3, lift: 0.25, exposure: 0.2, mass: 0.31 }),
          someLeak({ position: 3, fact: 'f2', lift: 0.02, exposure: 0.01, kind: 'stated' }),
          someLeak({ position: 5, lift: 0.5, exposure: 0.1, mass: 0.12 }),
          someLeak({ position: 6, fact: 'f3', lift: 0.0199, exposure: 0.015, mass: 0.9 }),
          someLeak({ position: 6, fact: 'of another set', lift: 0.9, exposure: 0.9 }),
        ],
      }),
    );
    assert.deepEqual(
      first.map(({ fact, position }) => `${fact}@${position}`),
      ['f1@3', 'f2@3', 'f1@5'],
    );
    tally.add(scores({ leaks: [someLeak({ position: 1, lift: 0.1, exposure: 0.05, kind: 'stated' })] }));
    tally.add(scores({ tokens: 7 }));
    assert.deepEqual(tally.totals, {
      records: 3,
      tokens: 22,
      leaks: 4,
      stated: 2,
      shadow: 2,
      positions: 3,
      leakingFacts: 2,
      forgetBits: 0,
      unattributed: { bits: 0, positions: 0 },
    });
    assert.deepEqual(
      tally.facts.map(({ fact, maxLift, maxMass, exposure, positions, records, stated }) => [
        fact,
        maxLift,
        maxMass,
        exposure,
        positions,
        records,
        stated,
      ]),
      [
        ['f1', 0.5, 0.31, 0.2, 3, 2, 1],
        ['f3', 0.0199, 0.9, 0.015, 0, 0, 0],
        ['f2', 0.02, 0.3, 0.01, 1, 1, 1],
        ['quiet', 0, 0, 0, 0, 0, 0],
      ],
    );
  });

  it('breaks ties of exposure by lift, then by the order of the forget set', () => {
    const tally = new Tally(factsOf('a', 'b', 'c'), 0.02);
    tally.add(
      scores({
        leaks: ['c', 'b', 'a'].map((fact) => someLeak({ fact, exposure: 0.1, lift: fact === 'b' ? 0.3 : 0.2 })),
      }),
    );
    assert.deepEqual(
      tally.facts.map(({ fact }) => fact),
      ['b', 'a', 'c'],
    );
  });

  it('takes the highest similarity of all contexts, and apart from it that of shadow leaks', () => {
    const tally = new Tally(factsOf('alike', 'seen', 'never'), 0.02);
    tally.add(
      scores({
        leaks: [
          someLeak({ fact: 'alike', similarity: 0.3 }),
          someLeak({ fact: 'alike', similarity: 0.5, position: 4 }),
          someLeak({ fact: 'alike', similarity: 0.8, kind: 'stated' }),
          someLeak({ fact: 'alike', similarity: 0.9, lift: 0.01 }),
        ],
        similarities: [
          { fact: 'alike', position: 9, similarity: 0.85 },
          { fact: 'seen', position: 2, similarity: 0.1 },
          { fact: 'of another set', position: 2, similarity: 1 },
        ],
      }),
    );
    tally.add(scores({ similarities: [{ fact: 'seen', position: 1, similarity: 0.05 }] }));
    assert.deepEqual(
      tally.facts.map(({ fact, similarity, leakSimilarity }) => [fact, similarity, leakSimilarity]),
      [
        ['alike', 0.9, 0.5],
        ['seen', 0.1, null],
        ['never', null, null],
      ],
    );
  });

  it('takes the record for what it is worth where an answer has begun', () => {
    const tally = new Tally(factsOf('begun', 'fresh'), 0.02);
    tally.add(
      scores({
        leaks: [
          someLeak({ fact: 'begun', depth: 1, similarity: 0.01 }),
          someLeak({ fact: 'fresh', depth: 0, similarity: 0.01 }),
        ],
        similarities: ['begun', 'fresh'].map((fact) => ({ fact, position: 2, similarity: 0.8 })),
      }),
    );
    assert.deepEqual(
      tally.facts.map(({ fact, leakSimilarity }) => [fact, leakSimilarity]),
      [
        ['begun', 0.8],
        ['fresh', 0.01],
      ],
    );
  });

  it('counts the same in one tally and in several that are put together', () => {
    const facts = factsOf('f1', 'f2', 'f3');
    const records = [
      scores({ leaks: [someLeak(), someLeak({ fact: 'f2', kind: 'stated', similarity: 0.4 })], bits: [bits(1, 1, 3)] }),
      scores({ leaks: [someLeak({ lift: 0.9, similarity: 0.7, reference: 'none' })], bits: [bits(1, 0.5, null)] }),
      scores({ similarities: [{ fact: 'f3', position: 1, similarity: 0.2 }], bits: [bits(2, 0, 1.5)] }),
    ];
    const all = new Tally(facts, 0.02);
    const merged = new Tally(facts, 0.02);
    for (const record of records) {
      all.add(record);
      const part = new Tally(facts, 0.02);
      part.add(record);
      merged.merge(part);
    }
    assert.deepEqual([merged.totals, merged.facts], [all.totals, all.facts]);
    assert.deepEqual(all.totals.unattributed, { bits: 3.5, positions: 2 });
  });

  it('knows which facts can be compared, and which leaks had nothing to be measured against', () => {
    const prompts = ['The site is in'];
    const tally = new Tally(
      [
        someFact({ id: 'full', prompts }),
        someFact({ id: 'everywhere', prompts, gated: false }),
        someFact({ id: 'nameless', prompts, subjects: [] }),
        someFact({ id: 'promptless' }),
      ],
      0.02,
    );
    tally.add(
      scores({
        leaks: [
          someLeak({ fact: 'nameless', reference: 'none' }),
          someLeak({ fact: 'nameless', reference: 'none', lift: 0.01 }),
          someLeak({ fact: 'full', reference: 'swap' }),
        ],
      }),
    );
    const facts = new Map(tally.facts.map((each) => [each.fact, each]));
    assert.deepEqual(
      ['full', 'everywhere', 'nameless', 'promptless'].map((id) => [
        facts.get(id)?.comparable,
        facts.get(id)?.unreferenced,
      ]),
      [
        [true, 0],
        [false, 0],
        [false, 1],
        [false, 0],
      ],
    );
  });

  it('adds up forget bits everywhere, and what no fact explains from one bit on', () => {
    const tally = new Tally(factsOf('f1'), 0.02);
    tally.add(scores({ bits: [bits(1, 0.5, null)] }));
    assert.deepEqual([tally.totals.forgetBits, tally.totals.unattributed], [0.5, { bits: 0, positions: 0 }]);
    tally.add(scores({ bits: [bits(1, 0.25, 1.2), bits(2, 0, 0.99)] }));
    assert.deepEqual([tally.totals.forgetBits, tally.totals.unattributed], [0.75, { bits: 0, positions: 0 }]);
    tally.add(scores({ bits: [bits(1, 2, 5), bits(2, 0, 1)] }));
    assert.deepEqual([tally.totals.forgetBits, tally.totals.unattributed], [2.75, { bits: 4, positions: 2 }]);
  });
});
