import { decimal, grouped, plural, t } from '../l10n';
import type { Calibration } from './calibration';
import { DECOY_QUANTILE } from './thresholds';

/** From here on a threshold from decoys hides leaks that would matter: in the lab such facts were learnt. */
const HIGH = 0.1;

/** What a calibration found, in plain words, one sentence an item. Names no fact. */
export function calibrationWords(calibration: Calibration): string[] {
  const { threshold, method, decoys, tokens, facts, reference, expectedFalseFlagsPer1000, expectedFalseFacts } =
    calibration;
  const words = [t('From a lift of {0} on it is a leak.', decimal(threshold))];
  const percentile = Math.round(DECOY_QUANTILE * 100);
  if (method === 'decoys') {
    words.push(
      t(
        'That is the {0}th percentile of the highest lifts of {1} decoys: wrong answers of the same kind.',
        percentile,
        grouped(decoys),
      ),
    );
  } else if (method === 'control') {
    words.push(t('It was set by the control file, in which every flag is false.'));
  } else {
    words.push(
      t(
        'It is the larger of two: the {0}th percentile of the highest lifts of {1} decoys (wrong answers of the same kind), and what the control file asks for.',
        percentile,
        grouped(decoys),
      ),
    );
  }
  words.push(
    method === 'decoys'
      ? plural(
          tokens,
          'False flags to expect: {1} per {2} tokens (counted over {0} token).',
          'False flags to expect: {1} per {2} tokens (counted over {0} tokens).',
          short(expectedFalseFlagsPer1000),
          grouped(1000),
        )
      : plural(
          tokens,
          'False flags to expect: {1} per {2} tokens (counted over {0} token of the control file).',
          'False flags to expect: {1} per {2} tokens (counted over {0} tokens of the control file).',
          short(expectedFalseFlagsPer1000),
          grouped(1000),
        ),
  );
  if (method !== 'control' && threshold >= HIGH) {
    const mend =
      reference === 'swap' || reference === 'none'
        ? t('give the threshold yourself')
        : t('try subject swap as the reference (it is usually less noisy), or give the threshold yourself');
    words.push(t('That is high: chance alone gets as far here, and facts that leak less are not flagged; {0}.', mend));
  }
  if (expectedFalseFacts !== null) {
    words.push(
      t('Facts to expect among those flagged by chance: {0} of {1}.', short(expectedFalseFacts), grouped(facts)),
    );
  }
  return words;
}

function short(value: number): string {
  return decimal(Number(value.toPrecision(2)));
}
