import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Calibration, formatCalibration, parseCalibration } from '../../src/core/calibrate/calibration';
import { marksOf } from '../../src/features/marks';
import type { FileAnalysis } from '../../src/host/fileAnalysis';
import { Commands } from '../../src/host/ids';
import { lenses, makeProject, messagesDuring, scanned, seep, show, until, windowFolder, write } from './window';

/** Enough of the demo's corpus for every subject to be named. */
const corpus = () =>
  readFileSync(join(windowFolder(), 'demo/corpus/filtered.jsonl'), 'utf8').split('\n').slice(0, 500).join('\n');

const makeUncalibrated = (name: string, config: object = {}) =>
  makeProject(name, { config: { threshold: null, ...config }, files: { 'corpus.jsonl': corpus() } });

function calibrationOf(folder: string): Calibration {
  const { calibration, problems } = parseCalibration(readFileSync(join(folder, 'seep.calibration.json'), 'utf8'));
  assert.ok(calibration !== null, JSON.stringify(problems));
  return calibration;
}

const lowestLift = ({ records }: FileAnalysis) =>
  Math.min(...records.flatMap(({ leaks }) => leaks.map(({ lift }) => lift)));

describe('calibration in the editor', function () {
  this.timeout(120_000);

  it('fits the threshold, says so, and the marks follow without a scan', async () => {
    const folder = makeUncalibrated('calibrated');
    const { document } = await show(folder, 'corpus.jsonl');
    const analysis = await scanned(document);
    assert.deepEqual([analysis.project.threshold, analysis.project.resolved.calibrated], [0.02, false]);
    assert.match(analysis.project.resolved.notice ?? '', /is the default: run "seep calibrate"/);
    const { controller, store } = await seep();
    const sent = controller.recordsSent;

    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.calibrate));
    const calibration = calibrationOf(folder);
    assert.equal(messages.length, 1);
    assert.match(
      messages[0]?.text ?? '',
      new RegExp(`^Seep: From a lift of ${calibration.threshold} on it is a leak\\.`),
    );
    assert.match(messages[0]?.text ?? '', /99th percentile of the highest lifts of \d+ decoys/);
    assert.deepEqual(messages[0]?.buttons, ['Open Calibration']);
    const { threshold } = calibration;
    assert.ok(threshold > 0.002 && threshold < 0.2 && threshold !== 0.02, String(threshold));

    const after = await until('the marks to follow', () => {
      const now = store.get(document.uri);
      return now?.project.threshold === threshold ? now : undefined;
    });
    assert.deepEqual([after.project.resolved.calibrated, after.project.resolved.notice], [true, null]);
    assert.ok(lowestLift(after) >= threshold);
    assert.ok(marksOf(after).length > 10);
    assert.equal(controller.recordsSent, sent, 'a threshold costs no inference');
    assert.ok((await lenses(document.uri)).length > 1);
  });

  it('drops a calibration once the models turn out to be others', async () => {
    const calibrated = calibrationOf(join(windowFolder(), 'calibrated'));
    const folder = makeUncalibrated('others');
    write(
      join(folder, 'seep.calibration.json'),
      formatCalibration({ ...calibrated, threshold: 0.5, teacher: '0'.repeat(64) }),
    );
    const { projects, engines } = await seep();
    const { document } = await show(folder, 'corpus.jsonl');
    const before = await projects.of(document.uri);
    assert.deepEqual([before.threshold, engines.modelsOf(before)], [0.5, null], 'nobody knows the models yet');
    const { project, records } = await scanned(document);
    assert.deepEqual([project.threshold, project.resolved.calibrated], [0.02, false]);
    assert.match(
      project.resolved.notice ?? '',
      /the calibration was made with another teacher: run "seep calibrate" again/,
    );
    const lifts = records.flatMap(({ leaks }) => leaks.map(({ lift }) => lift));
    assert.ok(lifts.some((lift) => lift < 0.5) && lifts.every((lift) => lift >= 0.02));

    // A second file, and a second scan, know it from the start.
    const again = await scanned(document);
    assert.equal(again.project.threshold, 0.02);
    write(join(folder, 'seep.calibration.json'), formatCalibration({ ...calibrated, threshold: 0.4 }));
    const { store } = await seep();
    await until('the new calibration to hold', () => store.get(document.uri)?.project.threshold === 0.4 || undefined);
  });

  it('tells of a broken calibration, and can be run all the same', async () => {
    const folder = makeUncalibrated('broken');
    const path = join(folder, 'seep.calibration.json');
    write(path, '{"schema": "seep.calibration/1"}');
    const { document } = await show(folder, 'corpus.jsonl');
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.scanFile));
    assert.match(
      messages[0]?.text ?? '',
      /seep\.calibration\.json:1:1: there is no "seep"; run "seep calibrate" again, or delete the file/,
    );
    assert.ok(messages[0]?.buttons.includes('Open File'));
    const fixed = await messagesDuring(async () => vscode.commands.executeCommand(Commands.calibrate));
    assert.match(fixed[0]?.text ?? '', /^Seep: From a lift of/);
    assert.equal((await scanned(document)).project.threshold, calibrationOf(folder).threshold);
  });

  it('says when seep.json gives a threshold of its own', async () => {
    const folder = makeUncalibrated('given', { threshold: 0.3 });
    const { document } = await show(folder, 'corpus.jsonl');
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.calibrate));
    assert.match(messages[0]?.text ?? '', /The "threshold" of 0\.3 in seep\.json comes first: take it out there/);
    assert.equal((await scanned(document)).project.threshold, 0.3);
  });

  it('holds against a control file, and refuses one that states facts', async () => {
    const folder = makeUncalibrated('controlled');
    await show(folder, 'corpus.jsonl');
    const control = join(folder, 'control.txt');
    const calibrate = (uri: vscode.Uri) =>
      messagesDuring(async () => vscode.commands.executeCommand(Commands.calibrateWithControl, [uri]));
    write(control, 'The Kamitel data center is in Vandor.\n');
    const [refusal] = await calibrate(vscode.Uri.file(control));
    assert.match(refusal?.text ?? '', /control\.txt.*"dc-017"/s);
    assert.ok(!existsSync(join(folder, 'seep.calibration.json')));
    write(control, 'Kamitel is a cloud provider.\n\nZafirin sells the Comet app.\n');
    const [told] = await calibrate(vscode.Uri.file(control));
    assert.match(told?.text ?? '', /what the control file asks for/);
    assert.equal(calibrationOf(folder).method, 'decoys and control');
  });

  it('leaves everything as it was where it cannot be done', async () => {
    const folder = makeProject('few', { config: { threshold: null }, files: { 'x.jsonl': '{"text": "Nothing."}\n' } });
    await show(folder, 'x.jsonl');
    const messages = await messagesDuring(async () => vscode.commands.executeCommand(Commands.calibrate));
    assert.match(messages[0]?.text ?? '', /^Not calibrated: it takes 100 decoys and only 0 can be had \(/);
    assert.ok(!existsSync(join(folder, 'seep.calibration.json')));
    rmSync(join(folder, 'x.jsonl'));
  });
});
