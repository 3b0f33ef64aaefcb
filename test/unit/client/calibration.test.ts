import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCalibration, resolveThreshold, swapHash, type ThresholdParts } from '../../../src/client/calibration';
import { loadProject, settleThreshold } from '../../../src/client/project';
import { type Calibration, formatCalibration } from '../../../src/core/calibrate/calibration';
import { SeepError } from '../../../src/core/errors';
import type { ModelInfo, OpenResult } from '../../../src/protocol/engine';
import { someCalibration } from '../calibrate/someCalibration';
import { temporaryFolder } from '../temporaryFolder';

const model = (hash: string) => ({ hash }) as ModelInfo;

describe('the threshold in force', () => {
  const calibration = someCalibration();
  const { teacher, reference, forgetSet } = calibration;
  const parts: ThresholdParts = { given: null, calibration, reference: 'model', swap: null, forgetSet };
  const models: OpenResult['models'] = { teacher: model(teacher), student: null, reference: model(reference) };
  const resolve = (changes: Partial<ThresholdParts>, opened: OpenResult['models'] | null = models) =>
    resolveThreshold({ ...parts, ...changes }, opened);

  it('is the given one before all, and that is not called calibrated', () => {
    assert.deepEqual(resolve({ given: 0.5 }), {
      threshold: 0.5,
      source: 'given',
      calibrated: false,
      expectedFalseFlagsPer1000: null,
      notice: null,
    });
  });

  it('is the calibration’s where that fits, also while the models are not known yet', () => {
    const fits = {
      threshold: 0.03,
      source: 'calibration',
      calibrated: true,
      expectedFalseFlagsPer1000: 0.0046,
      notice: null,
    };
    assert.deepEqual(resolve({}), fits);
    assert.deepEqual(resolve({}, null), fits);
  });

  it('is the default without a calibration, and says how to get one', () => {
    const { threshold, source, calibrated, notice } = resolve({ calibration: null });
    assert.deepEqual([threshold, source, calibrated], [0.02, 'default', false]);
    assert.equal(notice, 'The threshold of 0.02 is the default: run "seep calibrate" to fit it to this corpus.');
  });

  it('is the default where the calibration is out of date, and says what changed', () => {
    const changed = (changes: Partial<ThresholdParts>, opened?: OpenResult['models'] | null) => {
      const { threshold, calibrated, notice } = resolve(changes, opened);
      assert.deepEqual([threshold, calibrated], [0.02, false]);
      return /because the calibration was made with (.*): run "seep calibrate" again\.$/.exec(notice ?? '')?.[1];
    };
    const swap: Partial<Calibration> = { reference: 'swap', swap: swapHash({ subjects: [], count: 4 }) };
    assert.equal(changed({ forgetSet: 'x' }, null), 'another forget set');
    assert.equal(changed({}, { ...models, teacher: model('x') }), 'another teacher');
    assert.equal(changed({}, { ...models, reference: model('x') }), 'another reference model');
    assert.equal(changed({ reference: 'none' }), 'a reference model');
    assert.equal(changed({ calibration: someCalibration(swap) }), 'subject swap as the reference');
    assert.equal(changed({ calibration: someCalibration({ reference: 'none' }) }), 'no reference');
    const otherSwap = { reference: 'swap', swap: swapHash({ subjects: ['Zed'], count: 4 }) } as const;
    assert.equal(changed({ ...otherSwap, calibration: someCalibration(swap) }), 'other swap settings');
    assert.equal(
      changed({ forgetSet: 'x', reference: 'none' }, { ...models, teacher: model('x') }),
      'another forget set, another teacher and a reference model',
    );
  });
});

describe('the calibration of a project', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const load = (overrides: object = {}) =>
    loadProject(at('seep.json'), overrides, (path) => path.slice(folder.path.length + 1));
  const failure = (attempt: Promise<unknown>): Promise<SeepError> =>
    attempt.then(
      () => assert.fail('nothing was wrong'),
      (error: unknown) => {
        assert.ok(error instanceof SeepError);
        return error;
      },
    );

  before(async () => {
    writeFileSync(at('forget.jsonl'), '{"subjects": "Kamitel", "answers": "Vandor"}\n');
    writeFileSync(at('seep.json'), '{"teacher": "t", "reference": "r", "forgetSet": "forget.jsonl"}');
  });

  it('decides once it is there, and is dropped when the models turn out to be others', async () => {
    const bare = await load();
    assert.deepEqual([bare.threshold, bare.resolved.source], [0.02, 'default']);
    const calibration = someCalibration({ forgetSet: bare.thresholdParts.forgetSet });
    writeFileSync(at('seep.calibration.json'), formatCalibration(calibration));
    const project = await load();
    assert.deepEqual([project.threshold, project.resolved.calibrated], [0.03, true]);
    assert.notEqual(project.hash, bare.hash);
    const models = (reference: string) => ({
      teacher: model(calibration.teacher),
      student: null,
      reference: model(reference),
    });
    assert.deepEqual(settleThreshold(project, models(calibration.reference)), project);
    const other = settleThreshold(project, models('x'));
    assert.deepEqual([other.threshold, other.resolved.calibrated], [0.02, false]);
    assert.notEqual(other.hash, project.hash);
    assert.deepEqual(settleThreshold(other, models(calibration.reference)), project);
    assert.equal((await load({ threshold: 0.5 })).threshold, 0.5);
  });

  it('may lie elsewhere', async () => {
    const { thresholdParts } = await load();
    writeFileSync(
      at('seep.json'),
      '{"teacher": "t", "reference": "r", "forgetSet": "forget.jsonl", "calibration": "c.json"}',
    );
    writeFileSync(
      at('c.json'),
      formatCalibration(someCalibration({ ...thresholdParts, threshold: 0.07, reference: 'b'.repeat(64) })),
    );
    assert.equal((await load()).threshold, 0.07);
  });

  it('is read with care: its faults are named, unless a threshold is given and it does not matter', async () => {
    writeFileSync(at('c.json'), '{"schema": "seep.calibration/1", "treshold": 1}');
    assert.match((await failure(load())).message, /^c\.json:1:1: there is no "seep"; run "seep calibrate" again/);
    assert.equal((await load({ threshold: 0.5 })).threshold, 0.5);
    writeFileSync(at('c.json'), ' '.repeat(100_000));
    assert.match((await failure(load())).message, /^c\.json: too long for a calibration \(100000 bytes\)\. Run/);
    writeFileSync(at('c.json'), Buffer.from([0xff, 0xfe, 0x7b]));
    assert.match((await failure(load())).message, /^c\.json: not valid UTF-8/);
    const folderError = await failure(readCalibration(folder.path, () => 'here'));
    assert.equal(folderError.message, 'here: this is a folder, not a file');
    assert.equal(await readCalibration(at('none.json'), (path) => path), null);
  });
});
