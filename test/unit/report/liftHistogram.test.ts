import assert from 'node:assert/strict';
import { LiftHistogram } from '../../../src/core/report/liftHistogram';
import { LIFT_FLOOR } from '../../../src/core/score/leak';

describe('the histogram of lifts', () => {
  it('reaches from the smallest lift kept to 1 without a gap', () => {
    const { bins } = new LiftHistogram();
    assert.ok(Math.abs((bins[0]?.from ?? 0) - LIFT_FLOOR) < 1e-12);
    assert.equal(bins.at(-1)?.to, 1);
    for (const [i, bin] of bins.slice(1).entries()) {
      assert.equal(bin.from, bins[i]?.to);
    }
  });

  it('counts each lift once, in the bin that holds it', () => {
    const histogram = new LiftHistogram();
    const lifts = [LIFT_FLOOR, 0.0034, 0.02, 0.0999, 0.5, 0.999_999, 1];
    for (const lift of lifts) {
      histogram.add({ lift, kind: lift < 0.05 ? 'shadow' : 'stated' });
    }
    const { bins } = histogram;
    assert.equal(
      bins.reduce((sum, { shadow }) => sum + shadow, 0),
      3,
    );
    assert.equal(
      bins.reduce((sum, { stated }) => sum + stated, 0),
      4,
    );
    const of = (lift: number) => bins.find(({ from, to }) => from <= lift && lift < to);
    assert.equal(of(0.0034)?.shadow, 1);
    assert.equal(of(0.5)?.stated, 1);
    assert.equal(bins.at(-1)?.stated, 2, '1 belongs to the last bin');
    assert.equal(bins[0]?.shadow, 1);
  });
});
