import assert from 'node:assert/strict';
import { paceWords, ScanPace } from '../../../src/core/report/scanPace';

describe('the pace of a scan', () => {
  it('is unknown at first, and while nothing moves', () => {
    const pace = new ScanPace();
    assert.equal(pace.pace, null);
    pace.add(0, 0, 0);
    pace.add(1000, 0.1, 500);
    assert.equal(pace.pace, null, 'too early');
    const still = new ScanPace();
    still.add(0, 0.2, 100);
    still.add(60_000, 0.2, 100);
    assert.equal(still.pace, null);
  });

  it('is what was done over the time that it took', () => {
    const pace = new ScanPace();
    pace.add(0, 0, 0);
    pace.add(5000, 0.1, 10_000);
    pace.add(10_000, 0.25, 30_000);
    assert.deepEqual(pace.pace, { tokensPerSecond: 3000, secondsLeft: 30 });
  });

  it('forgets what lies further back than its window', () => {
    const pace = new ScanPace();
    // What came from the cache flew by.
    pace.add(0, 0, 0);
    pace.add(1000, 0.5, 1_000_000);
    for (let at = 2000; at <= 40_000; at += 1000) {
      pace.add(at, 0.5 + at / 400_000, 1_000_000 + at);
    }
    assert.equal(Math.round(pace.pace?.tokensPerSecond ?? 0), 1000);
    assert.ok(Math.abs((pace.pace?.secondsLeft ?? 0) - 160) < 1);
  });

  it('is said in round numbers', () => {
    const words = (tokensPerSecond: number, secondsLeft: number) => paceWords({ tokensPerSecond, secondsLeft });
    assert.equal(words(3401.2, 1), '3,401 tokens/s, about 5 seconds left');
    assert.equal(words(12, 42), '12 tokens/s, about 40 seconds left');
    assert.equal(words(12, 58), '12 tokens/s, about 1 minute left');
    assert.equal(words(12, 60 * 80), '12 tokens/s, about 80 minutes left');
    assert.equal(words(12, 60 * 200), '12 tokens/s, about 3 hours left');
  });
});
