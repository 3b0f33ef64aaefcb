import type { Calibration } from '../../../src/core/calibrate/calibration';

/** A calibration by decoys against a reference model, some of it replaced. */
export function someCalibration(changes: Partial<Calibration> = {}): Calibration {
  return {
    seep: '0.1.0',
    threshold: 0.03,
    method: 'decoys',
    decoys: 200,
    quantiles: { median: 0.001, p90: 0.01, p95: 0.02, p99: 0.03, max: 0.4 },
    tokens: 53928,
    facts: 24,
    expectedFalseFlagsPer1000: 0.0046,
    expectedFalseFacts: 0.12,
    onPolicy: false,
    teacher: 'a'.repeat(64),
    reference: 'b'.repeat(64),
    swap: null,
    tokenizer: 'c'.repeat(64),
    forgetSet: 'd'.repeat(64),
    ...changes,
  };
}
