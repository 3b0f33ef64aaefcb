import assert from 'node:assert/strict';
import { formatCalibration, parseCalibration } from '../../../src/core/calibrate/calibration';
import { calibrationWords } from '../../../src/core/calibrate/calibrationWords';
import { someCalibration } from './someCalibration';

describe('a calibration file', () => {
  const faults = (text: string) =>
    parseCalibration(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  const again = '; run "seep calibrate" again, or delete the file';

  it('says what was written, in an order of its own', () => {
    const calibrations = [
      someCalibration(),
      someCalibration({ reference: 'swap', swap: 'e'.repeat(64), onPolicy: true, method: 'decoys and control' }),
      someCalibration({ method: 'control', decoys: 0, quantiles: null, expectedFalseFacts: null, reference: 'none' }),
    ];
    for (const calibration of calibrations) {
      const text = formatCalibration(calibration);
      assert.deepEqual(parseCalibration(text), { calibration, problems: [] });
      const reversed = Object.fromEntries(Object.entries(calibration).reverse()) as unknown as typeof calibration;
      assert.equal(formatCalibration(reversed), text);
    }
  });

  it('is refused where it makes no sense, with the place and the mend', () => {
    assert.deepEqual(faults('{'), [`1:2 not JSON: expected a key in double quotes or "}", found the end${again}`]);
    const other = `this is no calibration that this version of Seep reads ("seep.calibration/1")${again}`;
    assert.deepEqual(faults('[]'), [`1:1 ${other}`]);
    assert.deepEqual(faults('{\n  "schema": "seep.calibration/2"}'), [`2:13 ${other}`]);
    const text = formatCalibration(someCalibration());
    assert.deepEqual(faults(text.replace('"threshold": 0.03', '"threshold": 3')), [
      `4:16 "threshold" is 3; it must be between 0.001 and 1${again}`,
    ]);
    assert.deepEqual(faults(text.replace('"decoys": 200,', '')), [`1:1 there is no "decoys"${again}`]);
    assert.deepEqual(faults(text.replace('"p90"', '"p91"')), [
      `7:16 "quantiles" must have median, p90, p95, p99, max${again}`,
      `9:5 unknown key "quantiles.p91"; did you mean "p90"?${again}`,
    ]);
    assert.deepEqual(faults(text.replace('a'.repeat(64), 'abc')), [`19:14 "teacher" is no SHA-256 hash${again}`]);
    assert.equal(parseCalibration(text.replace('0.03,', '"high",')).calibration, null);
  });

  it('is put in plain words', () => {
    const words = calibrationWords(someCalibration()).join(' ');
    assert.match(
      words,
      /From a lift of 0\.03 on .* 99th percentile of .* 200 decoys.* 0\.0046 per 1,000 tokens \(counted over 53,928 tokens\)/,
    );
    assert.match(words, /flagged by chance: 0\.12 of 24\./);
    assert.doesNotMatch(words, /That is high/);
    const high = calibrationWords(someCalibration({ threshold: 0.4 })).join(' ');
    assert.match(high, /That is high: .* try subject swap as the reference/);
    const swapped = calibrationWords(someCalibration({ threshold: 0.4, reference: 'swap', swap: 'e'.repeat(64) }));
    assert.match(swapped.join(' '), /That is high: [^;]*; give the threshold yourself/);
    const control = calibrationWords(someCalibration({ method: 'control', expectedFalseFacts: null })).join(' ');
    assert.match(control, /control file.*tokens of the control file\)\.$/);
    assert.doesNotMatch(control, /percentile|chance/);
  });
});
