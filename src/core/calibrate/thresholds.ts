import { THRESHOLD_RANGE } from '../config/parseConfig';
import { DEFAULT_THRESHOLD } from '../score/leak';
import { gridUp, type LiftCounts } from './liftCounts';
import { quantile } from './quantile';

/** Share of decoys that may stay unflagged at the threshold: the definition of a threshold from decoys. */
export const DECOY_QUANTILE = 0.99;

/** With fewer, their 99th percentile is just the largest of them. */
export const FEWEST_DECOYS = 100;

/**
 * The decoys' 99th percentile, rounded up to four digits, but at least the default: where the teacher finds every wrong answer
 * impossible, a lift of a thousandth is not chance, and yet it teaches a student nothing that could be measured.
 */
export function decoyThreshold(maxima: readonly number[]): number {
  return clamped(Math.max(DEFAULT_THRESHOLD, gridUp(quantile(ascending(maxima), DECOY_QUANTILE))));
}

/** The smallest threshold that at most `target` lifts in 1,000 tokens reach. */
export function controlThreshold(lifts: LiftCounts, tokens: number, target: number): number {
  return clamped(lifts.smallestThreshold(Math.floor((target * tokens) / 1000), THRESHOLD_RANGE.minimum));
}

export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function clamped(threshold: number): number {
  return Math.min(THRESHOLD_RANGE.maximum, Math.max(THRESHOLD_RANGE.minimum, threshold));
}
