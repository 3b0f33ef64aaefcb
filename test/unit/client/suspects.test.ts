import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Suspects } from '../../../src/client/suspects';

/** Works through pieces with an engine that dies on some of them; gives what was given up and how often the engine died. */
function work(pieces: number, deadly: ReadonlySet<number>, group: number): { lost: number[]; deaths: number } {
  const suspects = new Suspects(Array(pieces).keys());
  const lost: number[] = [];
  let deaths = 0;
  while (!suspects.isDone) {
    const asked = suspects.next();
    let isDead = false;
    for (let from = 0; from < asked.length && !isDead; from += group) {
      const keys = asked.slice(from, from + group);
      suspects.begin(keys);
      for (const key of keys) {
        isDead ||= deadly.has(key);
        if (!isDead) {
          suspects.done(key);
        }
      }
    }
    if (isDead) {
      deaths++;
      lost.push(...[suspects.died()].filter((key) => key !== null));
    } else {
      assert.ok(!suspects.lacksAnswers);
    }
  }
  return { lost, deaths };
}

describe('suspects', () => {
  it('gives up exactly what the engine dies on, after two deaths of each at most', () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.uniqueArray(fc.nat(30), { maxLength: 5 }),
        fc.integer({ min: 1, max: 8 }),
        (n, ids, group) => {
          const deadly = new Set(ids.filter((id) => id < n));
          const { lost, deaths } = work(n, deadly, group);
          assert.deepEqual(
            lost.toSorted((a, b) => a - b),
            [...deadly].sort((a, b) => a - b),
          );
          assert.ok(deaths <= 2 * deadly.size);
        },
      ),
    );
  });

  it('lets a piece off on which the engine died once and then did not', () => {
    const suspects = new Suspects([1, 2]);
    suspects.next();
    suspects.begin([1, 2]);
    suspects.done(1);
    assert.equal(suspects.died(), null);
    assert.deepEqual(suspects.next(), [2], 'what was done is asked for no more');
    suspects.done(2);
    assert.ok(suspects.isDone);
  });
});
