import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeDecisions, type DecisionChanges, making, takingBack } from '../../../src/core/decisions/changeDecisions';
import { type Decision, decisionKey } from '../../../src/core/decisions/decision';
import { anyDecision } from './anyDecision';
import { atOnce, textAtOnce } from './atOnce';
import { someDecision } from './someDecision';

/** What becomes of decisions, and what the changed keys stood for. */
function changed(decisions: readonly Decision[], changes: DecisionChanges, expected?: DecisionChanges) {
  const byKey = new Map(decisions.map((each) => [decisionKey(each), each]));
  const before = atOnce(changeDecisions(byKey, changes, expected));
  return { now: [...byKey.values()], before };
}

describe('changing decisions', () => {
  const ignored = someDecision();
  const masked = someDecision({ action: 'mask', span: { start: 1, end: 2 }, reason: null });

  it('leaves whatever has another key', () => {
    const { now: both } = changed([ignored], making([masked]));
    assert.deepEqual(both, [ignored, masked]);
    const again = someDecision({ reason: 'better' });
    assert.deepEqual(changed(both, making([again])).now, [again, masked]);
    assert.deepEqual(changed(both, takingBack([again])).now, [masked]);
  });

  it('tells what the changed keys stood for', () => {
    const after = making([someDecision({ reason: 'other' }), masked]);
    const before = new Map([
      [decisionKey(ignored), ignored],
      [decisionKey(masked), null],
    ]);
    assert.deepEqual(changed([ignored, someDecision({ fact: 'f' })], after).before, before);
  });

  it('can be undone, but for what somebody has changed since', () => {
    const after = making([someDecision({ reason: 'other' }), masked]);
    const { now, before } = changed([ignored], after);
    assert.deepEqual(changed(now, before, after).now, [ignored]);
    for (const theirs of [someDecision({ reason: 'theirs' }), someDecision({ reason: 'other', line: 4 })]) {
      const { now: since } = changed(now, making([theirs]));
      assert.deepEqual(changed(since, before, after).now, [theirs]);
    }
    const { now: gone } = changed(now, takingBack([ignored]));
    assert.deepEqual(changed(gone, before, after).now, []);
  });

  it('and undoing gives back any decisions', () => {
    fc.assert(
      fc.property(fc.array(anyDecision), fc.array(anyDecision), fc.array(anyDecision), (some, made, gone) => {
        const after = new Map([...making(made), ...takingBack(gone)]);
        const { now: start } = changed([], making(some));
        const { now, before } = changed(start, after);
        assert.equal(textAtOnce(changed(now, before, after).now), textAtOnce(start));
      }),
    );
  });

  it('names what is decided by record, action, fact and place', () => {
    const keys = [
      someDecision(),
      someDecision({ record: 'b'.repeat(64) }),
      someDecision({ action: 'reviewed' }),
      someDecision({ fact: 'f' }),
      someDecision({ span: { start: 0, end: 0 } }),
    ].map(decisionKey);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(decisionKey(someDecision({ reason: 'x', file: null, line: 9, time: null })), keys[0]);
  });
});
