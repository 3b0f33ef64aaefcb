import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Largest } from '../../../src/core/report/largest';

describe('the largest items', () => {
  it('are those that sorting everything would give, in that order, whatever comes', () => {
    const item = fc.record({ size: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(fc.array(item), fc.integer({ min: 1, max: 8 }), fc.nat(), (items, limit, lookAt) => {
        const largest = new Largest<{ size: number }>(limit, ({ size }) => size);
        for (const [i, each] of items.entries()) {
          largest.add(each);
          if (i === lookAt) {
            assert.ok(largest.items.length <= limit, 'looking changes nothing');
          }
        }
        const expected = [...items].sort((a, b) => b.size - a.size).slice(0, limit);
        assert.deepEqual(
          largest.items.map((each) => items.indexOf(each)),
          expected.map((each) => items.indexOf(each)),
        );
        assert.equal(largest.added, items.length);
      }),
    );
  });
});
