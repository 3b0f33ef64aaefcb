import assert from 'node:assert/strict';
import {
  actionsOf,
  countedLeaks,
  decisionOn,
  isFactIgnored,
  isToDrop,
  maskedSpans,
  sortLeaks,
} from '../../../src/core/decisions/decidedLeaks';
import { DecidedTally } from '../../../src/core/decisions/decidedTally';
import { someLeak } from '../report/someLeak';
import { indexAtOnce } from './atOnce';
import { someDecision } from './someDecision';

const leak = someLeak({ fact: 'f1', start: 4, end: 9, lift: 0.3 });

describe('a decision on a leak', () => {
  it('holds for the record, the fact or the place that it names', () => {
    const on = (changes: Parameters<typeof someDecision>[0]) => decisionOn(leak, [someDecision(changes)]) !== null;
    assert.deepEqual(
      [
        on({}),
        on({ fact: 'f1' }),
        on({ fact: 'f2' }),
        on({ span: { start: 8, end: 12 } }),
        on({ span: { start: 9, end: 12 } }),
        on({ span: { start: 0, end: 4 } }),
        on({ fact: 'f2', span: { start: 4, end: 9 } }),
      ],
      [true, true, false, true, false, false, false],
    );
  });

  it('on the place behind the text is about nothing else', () => {
    const end = someLeak({ start: 9, end: 9 });
    const atEnd = someDecision({ span: { start: 9, end: 9 } });
    assert.equal(decisionOn(end, [atEnd]), atEnd);
    assert.equal(decisionOn(leak, [atEnd]), null);
    assert.equal(decisionOn(end, [someDecision({ span: { start: 4, end: 9 } })]), null);
  });

  it('that goes furthest counts', () => {
    const all = (['reviewed', 'mask', 'drop', 'ignore'] as const).map((action) => someDecision({ action }));
    for (const some of [all, all.toReversed()]) {
      assert.equal(decisionOn(leak, some)?.action, 'ignore');
    }
    assert.equal(decisionOn(leak, all.slice(0, 2))?.action, 'mask');
  });

  it('takes only ignored leaks out of the count', () => {
    const other = someLeak({ fact: 'f2', start: 20, end: 24 });
    const decisions = [
      someDecision({ fact: 'f1' }),
      someDecision({ action: 'mask', span: { start: 20, end: 24 }, reason: null }),
    ];
    assert.deepEqual(countedLeaks([leak, other], decisions), [other]);
    const { open, decided } = sortLeaks([leak, other, someLeak({ fact: 'f3', start: 30, end: 31 })], decisions);
    assert.deepEqual(
      open.map(({ fact }) => fact),
      ['f3'],
    );
    assert.deepEqual(
      decided.map(({ decision }) => decision.action),
      ['ignore', 'mask'],
    );
    assert.deepEqual(maskedSpans(decisions), [{ start: 20, end: 24 }]);
    assert.equal(isToDrop(decisions), false);
    assert.equal(isToDrop([someDecision({ action: 'drop' })]), true);
  });

  it('takes the fact that it is about as judged, where that leaks or everywhere', () => {
    const judged = (changes: Parameters<typeof someDecision>[0], fact = 'f1') =>
      isFactIgnored(fact, [leak], [someDecision(changes)]);
    assert.deepEqual([judged({}), judged({ fact: 'f1' }), judged({ fact: 'f2' })], [true, true, false]);
    assert.deepEqual([judged({}, 'f2'), judged({ action: 'drop' })], [true, false]);
    const place = { span: { start: 4, end: 9 } };
    assert.deepEqual(
      [judged(place), judged(place, 'f2'), judged({ span: { start: 0, end: 2 } })],
      [true, false, false],
    );
    const both = [someDecision({ action: 'reviewed' }), someDecision(), someDecision({ fact: 'f1' })];
    assert.deepEqual(actionsOf(both), ['ignore', 'reviewed']);
  });

  it('is counted by what it says, and where its text was not found', () => {
    const index = indexAtOnce([
      someDecision({ fact: 'f1' }),
      someDecision({ action: 'reviewed', record: 'b'.repeat(64) }),
      someDecision({ action: 'drop', record: 'c'.repeat(64) }),
    ]);
    const tally = new DecidedTally(index, 0.02);
    tally.add([leak, { ...leak, lift: 0.01 }], index.of('a'.repeat(64)));
    tally.add([leak, someLeak({ fact: 'f9' })], index.of('b'.repeat(64)));
    tally.add([leak], index.of('d'.repeat(64)));
    tally.find(index.of('b'.repeat(64)));
    assert.deepEqual(tally.totals, { ignored: 1, masked: 0, reviewed: 2, toDrop: 0, notFound: 1 });
  });
});
