import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gridDown, gridUp, LiftCounts } from '../../../src/core/calibrate/liftCounts';
import { quantile } from '../../../src/core/calibrate/quantile';
import { ascending, controlThreshold, decoyThreshold } from '../../../src/core/calibrate/thresholds';

const lift = fc.double({ min: 0.001, max: 1, noNaN: true });

describe('a quantile', () => {
  it('is one of the values, the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    assert.deepEqual(
      [0.5, 0.9, 0.95, 0.99, 1].map((q) => quantile(hundred, q)),
      [50, 90, 95, 99, 100],
    );
    assert.deepEqual(
      [0, 0.5, 0.51, 1].map((q) => quantile([3, 7], q)),
      [3, 3, 7, 7],
    );
    assert.equal(quantile([...hundred, 101], 0.99), 100);
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });
});

describe('counted lifts', () => {
  it('are exact against every threshold of four digits', () => {
    fc.assert(
      fc.property(fc.array(lift), lift, (lifts, any) => {
        const threshold = gridUp(any);
        const counts = new LiftCounts();
        for (const each of lifts) {
          counts.add(each);
        }
        assert.equal(counts.atLeast(threshold), lifts.filter((each) => each >= threshold).length);
        assert.ok(gridDown(any) <= any && any <= threshold && threshold - gridDown(any) <= any * 1.001e-3);
      }),
    );
  });

  it('give the smallest threshold that lets no more through than allowed', () => {
    fc.assert(
      fc.property(fc.array(lift, { minLength: 1 }), fc.nat(20), (lifts, allowed) => {
        const counts = new LiftCounts();
        for (const each of lifts) {
          counts.add(each);
        }
        const threshold = counts.smallestThreshold(allowed, 0.001);
        assert.ok(lifts.filter((each) => each >= threshold).length <= allowed);
        const lower = gridDown(threshold * (1 - 1e-6));
        assert.ok(threshold === 0.001 || lifts.filter((each) => each >= lower).length > allowed);
      }),
    );
  });
});

describe('a threshold', () => {
  it('from decoys is their 99th percentile, rounded up, and never below the default', () => {
    const decoys = Array.from({ length: 200 }, (_, i) => (i === 197 ? 0.0456789 : i > 197 ? 0.9 : 0.002));
    assert.equal(decoyThreshold(decoys), 0.04568);
    assert.ok(decoys.filter((each) => each >= 0.04568).length <= 2);
    assert.equal(decoyThreshold(Array(200).fill(0)), 0.02);
    assert.equal(decoyThreshold(Array(200).fill(0.0199)), 0.02);
    assert.equal(decoyThreshold(Array(200).fill(0.0201)), 0.0201);
    assert.equal(decoyThreshold([...decoys].reverse()), 0.04568);
    assert.deepEqual(ascending([0.3, 0.02, 0.1]), [0.02, 0.1, 0.3]);
  });

  it('from a control file lets as many false flags through as were asked for', () => {
    const counts = new LiftCounts();
    for (const each of [0.5, 0.25, 0.125, 0.03]) {
      counts.add(each);
    }
    assert.equal(controlThreshold(counts, 2000, 1), 0.1251, 'two flags in 2,000 tokens');
    assert.equal(controlThreshold(counts, 1999, 1), 0.2501, 'one flag in fewer');
    assert.equal(controlThreshold(counts, 2000, 0), 0.5001);
    assert.equal(controlThreshold(counts, 2000, 10), 0.001);
  });
});
