import assert from 'node:assert/strict';
import fc from 'fast-check';
import { windowsOf } from '../../../src/engine/windows';

describe('windows', () => {
  it('a record that fits is one window, the record itself', () => {
    assert.deepEqual(windowsOf([9, 1, 2], 1, 3), [{ input: [9, 1, 2], shift: 1, first: 1, last: 3 }]);
    assert.deepEqual(windowsOf([9], 1, 3), [{ input: [9], shift: 1, first: 1, last: 1 }]);
    assert.deepEqual(windowsOf([], 0, 3), []);
    assert.deepEqual(windowsOf([1, 2], 0, 3), [{ input: [1, 2], shift: 1, first: 1, last: 2 }]);
  });

  it('by hand', () => {
    // 9 is special; room for 4 tokens behind it, each window starts 2 further on.
    assert.deepEqual(windowsOf([9, 1, 2, 3, 4, 5, 6, 7], 1, 5), [
      { input: [9, 1, 2, 3, 4], shift: 1, first: 1, last: 5 },
      { input: [9, 3, 4, 5, 6], shift: 3, first: 6, last: 7 },
      { input: [9, 5, 6, 7], shift: 5, first: 8, last: 8 },
    ]);
  });

  it('score every position once, from the right tokens, with half a window to its left', () => {
    const shape = fc.record({
      length: fc.integer({ min: 1, max: 300 }),
      prefix: fc.integer({ min: 0, max: 2 }),
      longest: fc.integer({ min: 8, max: 64 }),
    });
    fc.assert(
      fc.property(shape, ({ length, prefix, longest }) => {
        const ids = Array.from({ length: prefix + length }, (_, i) => i);
        const windows = windowsOf(ids, prefix, longest);
        let next = Math.max(1, prefix);
        for (const { input, shift, first, last } of windows) {
          assert.ok(input.length <= longest);
          assert.equal(first, next);
          next = last + 1;
          assert.deepEqual(input.slice(0, prefix), ids.slice(0, prefix));
          for (let position = first; position <= last; position++) {
            const row = position - shift;
            assert.equal(input[row], position - 1, 'the row predicts the token behind the one before the position');
            if (position > longest) {
              assert.ok(row + 1 - prefix >= Math.floor((longest - prefix) / 2), `${row} tokens before ${position}`);
            } else if (windows.length === 1) {
              assert.equal(row, position - 1);
            }
          }
        }
        assert.equal(next, ids.length + 1);
      }),
    );
  });
});
