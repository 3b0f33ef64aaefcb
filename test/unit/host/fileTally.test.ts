import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Tally } from '../../../src/core/report/tally';
import { NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { FileTally } from '../../../src/host/fileTally';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';

const facts = [someFact()];
const THRESHOLD = 0.02;

/** As many leaks as the number says; none for a record without scores. */
const scoresOf = (leaks: number): RecordScores | null =>
  leaks === 0
    ? null
    : { ...NO_SCORES, tokens: leaks, leaks: Array.from({ length: leaks }, (_, position) => someLeak({ position })) };

describe('the totals of a file', () => {
  // More than one stretch, of which some grow and some go.
  const step = fc.record({
    at: fc.nat(),
    removed: fc.oneof(fc.nat(3), fc.nat(900)),
    added: fc.array(fc.nat(2), { maxLength: 3 }),
    times: fc.constantFrom(1, 1, 400),
  });

  it('are those of its records, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.nat(1600), fc.array(step, { maxLength: 5 }), (length, steps) => {
        let records = Array.from({ length }, (_, i) => i % 3);
        const tally = new FileTally(facts, THRESHOLD, length);
        for (const { at, removed, added, times } of steps) {
          tally.of((index) => scoresOf(records[index] ?? 0));
          const index = at % (records.length + 1);
          const gone = Math.min(removed, records.length - index);
          const come = Array.from({ length: times }, () => added).flat();
          records = [...records.slice(0, index), ...come, ...records.slice(index + gone)];
          tally.replace(index, gone, come.length);
        }
        const expected = new Tally(facts, THRESHOLD);
        for (const scores of records.map(scoresOf)) {
          if (scores !== null) {
            expected.add(scores);
          }
        }
        const counted = tally.of((index) => scoresOf(records[index] ?? 0));
        assert.deepEqual([counted.totals, counted.facts], [expected.totals, expected.facts]);
      }),
      { numRuns: 60 },
    );
  });

  it('of what has not changed are not counted again', () => {
    const tally = new FileTally(facts, THRESHOLD, 5000);
    tally.of(() => scoresOf(1));
    const asked: number[] = [];
    tally.replace(2600, 1, 3);
    tally.of((index) => {
      asked.push(index);
      return scoresOf(1);
    });
    assert.ok(asked.includes(2600) && asked.length < 1000, `${asked.length} records`);
  });
});
