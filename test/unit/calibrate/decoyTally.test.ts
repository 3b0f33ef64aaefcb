import assert from 'node:assert/strict';
import type { DecoyRole } from '../../../src/core/calibrate/decoys';
import { DecoyTally } from '../../../src/core/calibrate/decoyTally';
import { someLeak } from '../report/someLeak';

describe('the tally of decoys', () => {
  const roles = new Map<string, DecoyRole>([
    ['fact', { kind: 'known' }],
    ['a', { kind: 'decoy', index: 0 }],
    ['b', { kind: 'decoy', index: 1 }],
  ]);
  const branch = (tokens: number[], teacher: number[], reference: number[]) => ({ tokens, teacher, reference });
  const decoy = (fact: string, position: number, tokens: number[], teacher: number[], reference: number[]) => {
    const lift = teacher.reduce((sum, p, i) => sum + Math.max(0, p - (reference[i] ?? 0)), 0);
    return someLeak({ fact, position, lift, branch: branch(tokens, teacher, reference) });
  };
  const tally = () => new DecoyTally(2, roles);

  it('keeps each decoy’s highest lift and counts all of them', () => {
    const totals = tally();
    totals.add({ tokens: 10, leaks: [decoy('a', 1, [7], [0.5], [0.25]), decoy('b', 1, [8], [0.25], [0])] });
    totals.add({ tokens: 5, leaks: [decoy('a', 3, [7], [0.125], [0])] });
    assert.deepEqual([totals.tokens, totals.maxima, totals.lifts.atLeast(0.125)], [15, [0.25, 0.25], 3]);
  });

  it('leaves out the tokens that lead to a fact too, at that position', () => {
    const totals = tally();
    const known = decoy('fact', 1, [7], [0.5], [0]);
    totals.add({
      tokens: 9,
      leaks: [known, decoy('a', 1, [7, 9], [0.5, 0.25], [0, 0.125]), decoy('a', 2, [7], [0.0625], [0])],
    });
    assert.deepEqual(totals.maxima, [0.125, 0], 'not the half that the fact explains');
    totals.add({ tokens: 9, leaks: [known, decoy('b', 2, [7], [0.5], [0])] });
    assert.deepEqual(totals.maxima, [0.125, 0.5], 'another position');
  });
});
