import assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchesOf, tokensPerRun } from '../../../src/engine/batches';
import type { Job } from '../../../src/engine/jobs';

function job(length: number, picks = 0): Job {
  return { input: Array.from({ length }, () => 1), rows: [0], picks: [Array.from({ length: picks }, (_, i) => i)] };
}

describe('batches', () => {
  it('stay within 256 MiB of logits and a second or so of work', () => {
    assert.equal(tokensPerRun({ vocabulary: 512, weights: 4e6 }), 1024);
    assert.ok(tokensPerRun({ vocabulary: 152_000, weights: 4e6 }) * 152_000 * 4 <= 256 << 20);
    const gpt2 = tokensPerRun({ vocabulary: 50_257, weights: 498e6 });
    assert.ok(gpt2 >= 256 && gpt2 <= 1024, String(gpt2));
    assert.equal(tokensPerRun({ vocabulary: 50_257, weights: 1e12 }), 128);
  });

  it('hold every job once, the longest first, without much padding', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 60 });
    fc.assert(
      fc.property(lengths, (all) => {
        const jobs = all.map((length) => job(length));
        const limits = { vocabulary: 50_257, weights: 5e8 };
        const batches = [...batchesOf(jobs, limits)];
        assert.deepEqual(new Set(batches.flat()), new Set(jobs));
        assert.equal(batches.flat().length, jobs.length);
        const flat = batches.flat().map(({ input }) => input.length);
        assert.deepEqual(
          flat,
          [...flat].sort((a, b) => b - a),
        );
        for (const batch of batches) {
          const longest = batch[0]?.input.length ?? 0;
          assert.ok(batch.length === 1 || longest * batch.length <= tokensPerRun(limits));
          assert.ok(batch.every(({ input }) => longest <= input.length * 1.5));
        }
      }),
    );
  });

  it('bound what one run reports', () => {
    const batches = [...batchesOf([job(10, 1.5e6), job(10, 1.5e6), job(10, 10)], { vocabulary: 512, weights: 1 })];
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [1, 2],
    );
    assert.deepEqual([...batchesOf([], { vocabulary: 512, weights: 1 })], []);
  });
});
