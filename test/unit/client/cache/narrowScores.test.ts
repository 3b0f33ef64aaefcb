import assert from 'node:assert/strict';
import { narrowScores } from '../../../../src/client/cache/narrowScores';
import { type Leak, NO_SCORES, type RecordScores } from '../../../../src/core/score/leak';

const leak = (fact: string, position: number, reference: Leak['reference'] = 'model') =>
  ({ fact, position, reference }) as Leak;
const top = (position: number) => ({ position, teacher: [], student: null, reference: null });
const bits = (position: number) => ({ position, start: 0, end: 1, forgetBits: 1, kl: null });

describe('scores for fewer facts', () => {
  const scores: RecordScores = {
    ...NO_SCORES,
    tokens: 9,
    leaks: [leak('a', 1), leak('b', 2), leak('a', 3), leak('b', 3)],
    tops: [top(1), top(2), top(3)],
    bits: [bits(1), bits(2), bits(3)],
    similarities: [
      { fact: 'a', position: 1, similarity: 0.5 },
      { fact: 'b', position: 2, similarity: 0.6 },
    ],
  };

  it('leave out what the others leak, under the names of today', () => {
    const { leaks, ...rest } = scores;
    const apart = { ...rest, leaks: leaks.slice(0, 2), tops: scores.tops.slice(0, 2), bits: scores.bits.slice(0, 2) };
    assert.deepEqual(narrowScores(apart, new Map([['a', 'A']])), {
      ...NO_SCORES,
      tokens: 9,
      leaks: [{ ...leak('a', 1), fact: 'A' }],
      tops: [top(1)],
      bits: [bits(1)],
      similarities: [{ fact: 'A', position: 1, similarity: 0.5 }],
    });
  });

  it('are not told where forget bits are of several facts together', () => {
    assert.equal(narrowScores(scores, new Map([['a', 'a']])), null);
    const bare = { ...scores, leaks: scores.leaks.map((each) => ({ ...each, reference: 'none' as const })), bits: [] };
    assert.deepEqual(
      narrowScores(bare, new Map([['a', 'a']]))?.tops.map(({ position }) => position),
      [1, 3],
    );
  });

  it('are the same where all of them stay', () => {
    const all = new Map([
      ['a', 'a'],
      ['b', 'b'],
    ]);
    assert.deepEqual(narrowScores(scores, all), scores);
    // Divergence that no fact explains belongs to none.
    const more = { ...scores, bits: [...scores.bits, bits(4)] };
    assert.deepEqual(narrowScores(more, all), more);
  });
});
