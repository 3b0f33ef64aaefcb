import assert from 'node:assert/strict';
import { bandOf } from '../../../src/core/score/bands';

describe('severity bands', () => {
  it('go by the lift, from the threshold on', () => {
    const bands = [0, 0.0199, 0.02, 0.0999, 0.1, 0.2999, 0.3, 1].map((lift) => bandOf(lift, 0.02));
    assert.deepEqual(bands, [null, null, 'low', 'low', 'medium', 'medium', 'high', 'high']);
  });

  it('are empty below the threshold', () => {
    assert.deepEqual(
      [0.05, 0.15, 0.2, 0.3].map((lift) => bandOf(lift, 0.2)),
      [null, null, 'medium', 'high'],
    );
    assert.deepEqual(
      [0.3, 0.5].map((lift) => bandOf(lift, 0.5)),
      [null, 'high'],
    );
    assert.equal(bandOf(Number.NaN, 0.02), null);
  });
});
