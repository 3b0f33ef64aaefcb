import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RankedList } from '../../src/core/rankedList';

describe('a ranked list', () => {
  it('is always what sorting all of it would give', () => {
    const step = fc.record({
      added: fc.array(fc.nat(9), { maxLength: 4 }),
      removed: fc.array(fc.nat(), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const byValue = (a: { value: number }, b: { value: number }) => a.value - b.value;
        const list = new RankedList(byValue);
        let all: { value: number }[] = [];
        for (const { added, removed } of steps) {
          const gone = new Set(removed.flatMap((at) => all[at % Math.max(1, all.length)] ?? []));
          const come = added.map((value) => ({ value }));
          list.change(gone, come);
          all = [...all.filter((item) => !gone.has(item)), ...come].sort(byValue);
          assert.equal(list.items.length, all.length);
          list.items.forEach((item, i) => void assert.equal(item, all[i]));
        }
      }),
    );
  });

  it('gives another array after a change, and the same one after none', () => {
    const list = new RankedList<number>((a, b) => a - b);
    list.change(new Set(), [2, 1]);
    const before = list.items;
    list.change(new Set(), []);
    assert.equal(list.items, before);
    list.change(new Set([1]), [3]);
    assert.deepEqual(
      [before, list.items],
      [
        [1, 2],
        [2, 3],
      ],
    );
  });
});
