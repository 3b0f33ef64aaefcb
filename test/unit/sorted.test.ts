import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sorted } from '../../src/core/sorted';
import { atOnce } from './decisions/atOnce';

describe('sorting in slices', () => {
  const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;

  it('sorts as the platform does, and keeps the order of what is equal', () => {
    const many = fc.tuple(fc.nat(9000), fc.nat(50), fc.infiniteStream(fc.nat()));
    fc.assert(
      fc.property(many, ([length, keys, numbers]) => {
        const items = Array.from({ length }, (_, place) => ({ key: Number(numbers.next().value) % (keys + 1), place }));
        const before = [...items];
        assert.deepEqual(atOnce(sorted(items, compare)), items.toSorted(compare));
        assert.deepEqual(items, before, 'what is sorted is a copy');
      }),
      { numRuns: 30 },
    );
  });

  it('compares little where all is in order, and where two orders meet', () => {
    const comparisons = (keys: readonly number[]) => {
      let count = 0;
      const items = keys.map((key) => ({ key }));
      const work = sorted(items, (a, b) => {
        count++;
        return compare(a, b);
      });
      assert.deepEqual(atOnce(work), items.toSorted(compare));
      return count / keys.length;
    };
    const up = Array.from({ length: 50_000 }, (_, i) => i);
    assert.ok(comparisons(up) < 1.1);
    assert.ok(comparisons([...up.map((i) => 2 * i), ...up.map((i) => 2 * i + 1)]) < 4);
  });
});
