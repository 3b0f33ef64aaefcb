import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forgetBits } from '../../../src/core/score/forgetBits';

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);

describe('forget bits', function () {
  this.timeout(30_000);

  it('are the relative entropy of yes or no', () => {
    close(forgetBits(0.5, 0.25), 0.5 * 1 + 0.5 * Math.log2(0.5 / 0.75));
    close(forgetBits(1, 0.5), 1);
    close(forgetBits(1, 2 ** -10), 10);
  });

  it('are zero where the reference expects it as much or more', () => {
    assert.deepEqual([forgetBits(0.3, 0.3), forgetBits(0.1, 0.4), forgetBits(0, 0), forgetBits(0.5, 1)], [0, 0, 0, 0]);
  });

  it('are finite where the reference rules the answer out', () => {
    close(forgetBits(1, 0), 12 * Math.log2(10));
    assert.ok(forgetBits(0.5, 0) < 19 && forgetBits(0.5, 0) > 18);
  });

  it('never exceed the divergence of distributions that give these masses', () => {
    const weight = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(weight, weight), { minLength: 3, maxLength: 12 }), fc.nat(11), (pairs, cut) => {
        const sum = (side: 0 | 1, items = pairs) => items.reduce((total, pair) => total + pair[side], 0);
        const p = pairs.map(([a]) => a / sum(0));
        const r = pairs.map(([, b]) => b / sum(1));
        const kl = p.reduce((total, a, i) => total + a * Math.log2(a / (r[i] ?? 0)), 0);
        const group = pairs.slice(0, 1 + (cut % (pairs.length - 1)));
        const bits = forgetBits(sum(0, group) / sum(0), sum(1, group) / sum(1));
        assert.ok(bits >= 0 && bits <= kl + 1e-9, `${bits} of ${kl}`);
      }),
    );
  });
});
