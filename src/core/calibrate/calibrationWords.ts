import { grouped } from '../l10n';
import { count } from '../report/closingWords';
import type { Calibration } from './calibration';
import { DECOY_QUANTILE } from './thresholds';

/** From here on a threshold from decoys hides leaks that would matter: in the lab such facts were learnt. */
const HIGH = 0.1;

/** What a calibration found, in plain words, one sentence an item. Names no fact. */
export function calibrationWords(calibration: Calibration): string[] {
  const { threshold, method, decoys, tokens, facts, reference, expectedFalseFlagsPer1000, expectedFalseFacts } =
    calibration;
  const words = [`From a lift of ${threshold} on it is a leak.`];
  const percentile = `${ordinal(Math.round(DECOY_QUANTILE * 100))} percentile`;
  if (method === 'decoys') {
    words.push(
      `That is the ${percentile} of the highest lifts of ${grouped(decoys)} decoys: wrong answers of the same kind.`,
    );
  } else if (method === 'control') {
    words.push('It was set by the control file, in which every flag is false.');
  } else {
    words.push(
      `It is the larger of two: the ${percentile} of the highest lifts of ${grouped(decoys)} decoys (wrong answers of the same kind), and what the control file asks for.`,
    );
  }
  const over = method === 'decoys' ? '' : ' of the control file';
  words.push(
    `False flags to expect: ${short(expectedFalseFlagsPer1000)} per 1,000 tokens (counted over ${count(tokens, 'token')}${over}).`,
  );
  if (method !== 'control' && threshold >= HIGH) {
    const mend =
      reference === 'swap' || reference === 'none'
        ? 'give the threshold yourself'
        : 'try subject swap as the reference (it is usually less noisy), or give the threshold yourself';
    words.push(`That is high: chance alone gets as far here, and facts that leak less are not flagged; ${mend}.`);
  }
  if (expectedFalseFacts !== null) {
    words.push(`Facts to expect among those flagged by chance: ${short(expectedFalseFacts)} of ${grouped(facts)}.`);
  }
  return words;
}

function ordinal(number: number): string {
  return `${number}th`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
