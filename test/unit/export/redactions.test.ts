import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maskOf, redactionsOf } from '../../../src/core/export/redactions';
import { someLeak } from '../report/someLeak';

const leak = (fact: string, position: number, tokens: number[], teacher: number[], reference: number[]) =>
  someLeak({ fact, position, branch: { tokens, teacher, reference } });

describe('redactions', () => {
  it('leave each token what the teacher and the reference both give it', () => {
    assert.deepEqual(redactionsOf([leak('f', 4, [9, 2], [0.5, 0.001], [0.125, 0.25])]), [
      { position: 4, tokens: [2, 9], probabilities: [0.001, 0.125], classes: [] },
    ]);
  });

  it('leave nothing where there is no reference', () => {
    const [only] = redactionsOf([leak('f', 4, [9], [0.5], [0])]);
    assert.deepEqual(only?.probabilities, [0]);
  });

  it('join the facts of a position; a token they share keeps the least that one of them allows it', () => {
    const leaks = [
      leak('f', 4, [9, 2], [0.5, 0.25], [0.125, 0.0625]),
      leak('g', 4, [9, 3], [0.5, 0.125], [0.25, 0]),
      leak('g', 2, [3], [0.5], [0.1234567]),
    ];
    assert.deepEqual(redactionsOf(leaks), [
      { position: 2, tokens: [3], probabilities: [0.123457], classes: [] },
      { position: 4, tokens: [2, 3, 9], probabilities: [0.0625, 0, 0.125], classes: [] },
    ]);
  });

  it('give a class of tokens one target', () => {
    const leaks = [leak('hangul', 4, [], [0.5], [0.25]), leak('f', 4, [7], [0.25], [0])];
    assert.deepEqual(redactionsOf(leaks), [
      { position: 4, tokens: [7], probabilities: [0], classes: [{ class: 'hangul', probability: 0.25 }] },
    ]);
  });

  it('never give more than the teacher, and list each token and position once', () => {
    const p = fc.double({ min: 0, max: 0.01, noNaN: true });
    const anyLeak = fc
      .tuple(fc.nat(5), fc.uniqueArray(fc.tuple(fc.nat(20), p, p), { minLength: 1, selector: ([token]) => token }))
      .map(([position, rows]) =>
        leak(
          'f',
          position,
          rows.map(([t]) => t),
          rows.map(([, a]) => a),
          rows.map(([, , b]) => b),
        ),
      );
    fc.assert(
      fc.property(fc.array(anyLeak), (leaks) => {
        const redactions = redactionsOf(leaks);
        assert.deepEqual(
          redactions.map(({ position }) => position),
          maskOf(leaks, []),
        );
        for (const { position, tokens, probabilities } of redactions) {
          const here = leaks.filter((each) => each.position === position);
          assert.deepEqual(
            tokens,
            [...new Set(here.flatMap(({ branch }) => branch?.tokens ?? []))].sort((a, b) => a - b),
          );
          for (const { branch } of here) {
            branch?.tokens.forEach((token, i) => {
              const target = probabilities[tokens.indexOf(token)] ?? Number.NaN;
              assert.ok(target <= (branch.teacher[i] ?? 0) * 1.00001 && target <= (branch.reference[i] ?? 0) * 1.00001);
            });
          }
        }
      }),
    );
  });

  it('need the branches', () => {
    assert.throws(() => redactionsOf([someLeak({ branch: null })]), /without branches/);
  });
});

describe('a mask', () => {
  it('lists every leaking position once, in order', () => {
    assert.deepEqual(
      maskOf(
        [5, 3, 5, 1].map((position) => someLeak({ position })),
        [4, 3],
      ),
      [1, 3, 4, 5],
    );
  });
});
