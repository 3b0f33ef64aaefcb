import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jensenShannon, klDivergence } from '../../../src/core/score/distribution';
import { bucketedKl, forgetBits } from '../../../src/core/score/forgetBits';
import { similarityTo } from '../../../src/core/score/similarity';

/** Distributions over a small vocabulary. */
const distribution = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map((weights) => {
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((w) => w / total);
  });
const logs = (p: readonly number[]) => Float64Array.from(p, Math.log);

describe('similarity to a prompt', () => {
  const all = [0, 1, 2, 3, 4, 5];

  it('is 1 for the same distribution and 0 for one that has nothing in common', () => {
    const prompt = { ids: [0, 1], p: [0.7, 0.3] };
    assert.ok(Math.abs(similarityTo(prompt, (id) => prompt.p[id] ?? 0) - 1) < 1e-12);
    assert.ok(Math.abs(similarityTo(prompt, () => 0)) < 1e-12);
  });

  it('over the whole vocabulary is 1 - JS / ln 2', () => {
    fc.assert(
      fc.property(distribution, distribution, (p, q) => {
        const exact = 1 - jensenShannon(logs(p), logs(q)) / Math.LN2;
        assert.ok(Math.abs(similarityTo({ ids: all, p: q }, (id) => p[id] ?? 0) - exact) < 1e-9);
      }),
    );
  });

  it('over a part of it is never less', () => {
    fc.assert(
      fc.property(distribution, distribution, fc.integer({ min: 0, max: 5 }), (p, q, size) => {
        const exact = 1 - jensenShannon(logs(p), logs(q)) / Math.LN2;
        const ids = all.slice(0, size);
        assert.ok(similarityTo({ ids, p: ids.map((id) => q[id] ?? 0) }, (id) => p[id] ?? 0) >= exact - 1e-9);
      }),
    );
  });
});

describe('bits', () => {
  it('of a coin are its relative entropy', () => {
    const expected = 0.5 * Math.log2(0.5 / 0.1) + 0.5 * Math.log2(0.5 / 0.9);
    assert.ok(Math.abs(forgetBits(0.5, 0.1) - expected) < 1e-12);
    assert.equal(forgetBits(0.1, 0.5), 0);
    assert.equal(forgetBits(0.3, 0.3), 0);
    assert.ok(Number.isFinite(forgetBits(1, 0)));
  });

  it('of a part of the vocabulary are never more than those of all of it, and forget bits never more than both', () => {
    fc.assert(
      fc.property(distribution, distribution, fc.integer({ min: 1, max: 6 }), (p, r, size) => {
        const kl = klDivergence(logs(p), logs(r)) / Math.LN2;
        const part = bucketedKl(p.slice(0, size).map(Math.log), r.slice(0, size).map(Math.log));
        assert.ok(part <= kl + 1e-9);
        assert.ok(forgetBits(p[0] ?? 0, r[0] ?? 0) <= part + 1e-9);
        if (size === 6) {
          assert.ok(Math.abs(part - kl) < 1e-6);
        }
      }),
    );
  });

  it('are finite where the reference rules a token out', () => {
    assert.ok(Number.isFinite(bucketedKl([Math.log(0.9)], [Number.NEGATIVE_INFINITY])));
  });

  it('is never above the divergence where float32 leaves nothing of 1 to the other tokens', () => {
    const rest = 1e-8;
    const exact = 0.9 * Math.log2(0.9 / (1 - rest)) + 0.1 * Math.log2(0.1 / rest);
    assert.ok(bucketedKl([Math.log(0.9)], [Math.fround(Math.log(Math.fround(1 - rest)))]) <= exact);
  });
});
