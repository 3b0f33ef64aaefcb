import assert from 'node:assert/strict';
import type { ActTarget } from '../../../src/host/actPlaces';
import { ActTally } from '../../../src/host/actTally';
import { someLeak } from '../report/someLeak';
import { someProject } from './someProject';

function target(index: number, ...leaks: ActTarget['leaks']): ActTarget {
  const record = { index, line: index + 1 };
  return { project: someProject(), record, hash: 'a'.repeat(64), reach: 'record', fact: null, leaks };
}

describe('what an act is about, counted', () => {
  it('tells records and positions by file, leaks by fact, and names the worst as examples', () => {
    const tally = new ActTally();
    const here = (fact: string, position: number, lift: number) => someLeak({ fact, position, lift });
    tally.add('file:///a', 'mask', [target(0, here('f1', 3, 0.2), here('f2', 3, 0.4), here('f2', 7, 0.1))]);
    // One record in two targets, one for each fact.
    tally.add('file:///a', 'mask', [target(4, here('f1', 2, 0.9)), target(4, here('f2', 2, 0.3))]);
    tally.add('file:///b', 'leaveOut', [target(1)]);
    assert.equal(tally.records, 3);
    assert.deepEqual(
      tally.files.map(({ uri, kind, records, places, example }) => [uri, kind, records, places, example.record]),
      [
        ['file:///a', 'mask', 2, 3, 0],
        ['file:///b', 'leaveOut', 1, 0, 1],
      ],
    );
    assert.deepEqual(
      tally.facts.map(({ fact, leaks, example }) => [fact, leaks, example.record, example.fact]),
      [
        ['f2', 3, 0, 'f2'],
        ['f1', 2, 0, 'f1'],
      ],
    );
    assert.deepEqual(
      tally.examples.map(({ record, line, fact, lift }) => [record, line, fact, lift]),
      [
        [4, 5, 'f1', 0.9],
        [0, 1, 'f2', 0.4],
        [1, 2, null, 0],
      ],
    );
  });

  it('names ten of many', () => {
    const tally = new ActTally();
    for (let i = 0; i < 100; i++) {
      tally.add('file:///a', 'mask', [target(i, someLeak({ lift: ((i * 37) % 100) / 100 }))]);
    }
    assert.deepEqual(
      tally.examples.map(({ lift }) => lift),
      [0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.93, 0.92, 0.91, 0.9],
    );
  });
});
