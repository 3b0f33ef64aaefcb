import assert from 'node:assert/strict';
import { truthRatio } from '../../../src/core/probe/truthRatio';

describe('the truth ratio', () => {
  it('is the mean of the wrong answers over the right one', () => {
    const ratio = truthRatio(Math.log(0.5), [Math.log(0.1), Math.log(0.3)]);
    assert.ok(ratio !== null && Math.abs(ratio - 0.4) < 1e-12, String(ratio));
  });

  it('holds where the probabilities themselves are too small for a number', () => {
    const ratio = truthRatio(-2000, [-2000 + Math.log(3)]);
    assert.ok(ratio !== null && Math.abs(ratio - 3) < 1e-9, String(ratio));
  });

  it('is none without wrong answers, or with a right one that is impossible', () => {
    assert.equal(truthRatio(-1, []), null);
    assert.equal(truthRatio(Number.NEGATIVE_INFINITY, [-1]), null);
    assert.equal(truthRatio(-1, [Number.NEGATIVE_INFINITY]), 0);
  });
});
