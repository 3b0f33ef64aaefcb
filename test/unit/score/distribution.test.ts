import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  entropy,
  jensenShannon,
  klDivergence,
  logSoftmax,
  Ranking,
  topIds,
} from '../../../src/core/score/distribution';

function near(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, by hand ${expected}`);
}

const logs = (...p: number[]) => Float64Array.from(p, Math.log);
const logits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 20 });

describe('distributions', () => {
  it('softmax by hand, at several temperatures', () => {
    const row = [0, Math.log(2), Math.log(5)];
    [1 / 8, 2 / 8, 5 / 8].forEach((p, i) => {
      near(Math.exp(logSoftmax(row, 1)[i] ?? 0), p);
    });
    const roots = [1, Math.SQRT2, Math.sqrt(5)];
    const total = roots.reduce((sum, root) => sum + root, 0);
    roots.forEach((root, i) => {
      near(Math.exp(logSoftmax(row, 2)[i] ?? 0), root / total);
    });
  });

  it('softmax of huge logits and of tokens that are ruled out', () => {
    near(Math.exp(logSoftmax([1e4, 1e4], 1)[0] ?? 0), 0.5);
    assert.deepEqual([...logSoftmax([Number.NEGATIVE_INFINITY, 3], 0.1)], [Number.NEGATIVE_INFINITY, 0]);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => logSoftmax([0, bad], 1), RangeError);
    }
    assert.throws(() => logSoftmax([Number.NEGATIVE_INFINITY], 1), RangeError);
  });

  it('entropy and divergences by hand', () => {
    near(entropy(logs(0.5, 0.25, 0.25)), 1.5 * Math.LN2);
    near(entropy(logs(1, 0)), 0);
    near(klDivergence(logs(0.5, 0.5), logs(0.25, 0.75)), 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3));
    near(klDivergence(logs(1, 0), logs(0.5, 0.5)), Math.LN2);
    assert.equal(klDivergence(logs(0.5, 0.5), logs(1, 0)), Number.POSITIVE_INFINITY);
    near(jensenShannon(logs(1, 0), logs(0, 1)), Math.LN2);
    near(jensenShannon(logs(0.3, 0.7), logs(0.3, 0.7)), 0);
  });

  it('divergences are never negative, and Jensen-Shannon lies between 0 and ln 2', () => {
    fc.assert(
      fc.property(logits, logits, (a, b) => {
        const size = Math.min(a.length, b.length);
        const p = logSoftmax(a.slice(0, size), 1);
        const q = logSoftmax(b.slice(0, size), 1);
        assert.ok(klDivergence(p, q) >= 0);
        const js = jensenShannon(p, q);
        assert.ok(js >= 0 && js <= Math.LN2);
        near(js, jensenShannon(q, p), 1e-12);
      }),
    );
  });

  it('rank is 1 + the number of strictly likelier tokens', () => {
    const ranking = new Ranking(logs(0.1, 0.4, 0.4, 0.1, 0));
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((id) => ranking.rankOf(id)),
      [3, 1, 1, 3, 5],
    );
    fc.assert(
      fc.property(logits, (row) => {
        const p = logSoftmax(row, 1);
        const ranks = new Ranking(p);
        p.forEach((own, id) => {
          assert.equal(ranks.rankOf(id), 1 + p.filter((other) => other > own).length);
        });
      }),
    );
  });

  it('the top list is falling, with ties by rising id', () => {
    assert.deepEqual(topIds(logs(0.1, 0.4, 0.4, 0.1), 3), [1, 2, 0]);
    assert.deepEqual(topIds(logs(0.6, 0.4), 9), [0, 1]);
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 8 }), (row, k) => {
        const p = logSoftmax(row, 1);
        const sorted = [...p.keys()].sort((a, b) => (p[b] ?? 0) - (p[a] ?? 0) || a - b);
        assert.deepEqual(topIds(p, k), sorted.slice(0, k));
      }),
    );
  });
});
