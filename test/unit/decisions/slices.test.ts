import assert from 'node:assert/strict';
import { changeDecisions, making, takingBack } from '../../../src/core/decisions/changeDecisions';
import type { Decision } from '../../../src/core/decisions/decision';
import { DecisionIndex } from '../../../src/core/decisions/decisionIndex';
import { parseDecisions } from '../../../src/core/decisions/parseDecisions';
import { decisionsText, inFileOrder } from '../../../src/core/decisions/writeDecisions';
import { atOnce } from './atOnce';
import { someDecision } from './someDecision';

const COUNT = 100_000;
/** How many of them may be handled between two yields. */
const SLICE = COUNT / 40;

/** Many things, and the most of them that were taken between two yields of the work with them. */
function counted<T>(things: readonly T[]) {
  let taken = 0;
  let most = 0;
  const slice = () => {
    most = Math.max(most, taken);
    taken = 0;
  };
  return {
    *[Symbol.iterator]() {
      for (const each of things) {
        taken++;
        yield each;
      }
    },
    mostOf(work: Iterator<unknown>): number {
      while (work.next().done !== true) {
        slice();
      }
      slice();
      return most;
    },
  };
}

describe('work with very many decisions', () => {
  const decisions: Decision[] = Array.from({ length: COUNT }, (_, i) => someDecision({ fact: `f${i}`, line: i + 1 }));
  const byKey = () => new Map([...making(decisions)].flatMap(([key, each]) => (each ? [[key, each] as const] : [])));

  it('is reading, piece by piece', () => {
    const pieces = counted([...decisionsText(decisions)]);
    assert.equal(pieces.mostOf(parseDecisions(pieces)), 1);
  });

  it('is writing, in pieces', () => {
    for (const piece of decisionsText(decisions)) {
      assert.ok(piece.split('\n').length <= SLICE);
    }
  });

  it('is changing, and undoing though everything has changed since', () => {
    for (const [changes, expected] of [
      [takingBack(decisions), null],
      [takingBack(decisions), takingBack(decisions)],
    ] as const) {
      const some = counted([...changes]);
      assert.ok(some.mostOf(changeDecisions(byKey(), some, expected)) <= SLICE);
    }
  });

  it('is finding them by their records', () => {
    const some = counted(decisions);
    assert.ok(some.mostOf(DecisionIndex.build(some)) <= SLICE);
  });

  it('is putting them in order', () => {
    const orders = [
      decisions,
      decisions.toReversed(),
      [...decisions.slice(COUNT / 3), ...decisions.slice(0, COUNT / 3)],
    ];
    for (const order of orders) {
      let looks = 0;
      const watched = order.map(
        (decision) =>
          new Proxy(decision, {
            get: (target, name) => {
              looks += name === 'line' ? 1 : 0;
              return Reflect.get(target, name);
            },
          }),
      );
      const work = inFileOrder(watched);
      for (;;) {
        looks = 0;
        const { done, value } = work.next();
        // Two looks for each comparison; a slice of some thousands takes a dozen for each decision at the very most.
        assert.ok(looks <= 2 * 12 * SLICE, String(looks));
        if (done === true) {
          assert.deepEqual([value[0]?.line, value.at(-1)?.line], [1, COUNT]);
          break;
        }
      }
    }
    assert.deepEqual(atOnce(inFileOrder([])), []);
  });
});
