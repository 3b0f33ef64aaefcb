import assert from 'node:assert/strict';
import { leaksOfFacts } from '../../../src/core/report/leakWords';

describe('what was found, in words', () => {
  it('counts leaks and their facts, and no facts where there are no leaks', () => {
    assert.deepEqual(
      [leaksOfFacts(0, 0), leaksOfFacts(1, 1), leaksOfFacts(1200, 2)],
      ['no leaks', '1 leak of 1 fact', '1,200 leaks of 2 facts'],
    );
  });
});
