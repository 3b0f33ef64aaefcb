import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseCalibration } from '../../src/core/calibrate/calibration';
import type { Summary } from '../../src/core/report/summary';
import {
  cliWorkspace,
  demoConfig,
  demoFacts,
  demoFolder,
  demoForget,
  jsonl,
  statingText,
} from './support/cliWorkspace';
import { assertForPeople, runCli } from './support/runCli';

const corpus = readFileSync(join(demoFolder, 'corpus/filtered.jsonl'), 'utf8').trimEnd().split('\n');

/** Texts about nothing that the forget set names. */
const calm = Array.from(
  { length: 40 },
  (_, i) => `Bread number ${i} is baked in the morning and sold in the old market before noon.`,
);

describe('seep calibrate', function () {
  this.timeout(300_000);
  const workspace = cliWorkspace();
  const path = () => join(workspace.path, 'seep.calibration.json');
  const written = () => {
    const { calibration, problems } = parseCalibration(readFileSync(path(), 'utf8'));
    assert.ok(calibration !== null, JSON.stringify(problems));
    return calibration;
  };

  async function seep(...args: string[]) {
    const result = await runCli(args, workspace.path);
    assertForPeople(result);
    return result;
  }

  async function scanSummary(...args: string[]): Promise<{ summary: Summary; stderr: string }> {
    const { stdout, stderr } = await seep('scan', ...args, '--format', 'jsonl', '--fail-on', 'none');
    return { summary: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary, stderr };
  }

  before(() => {
    workspace.write('corpus/demo.jsonl', `${corpus.join('\n')}\n`);
    workspace.write('control.jsonl', jsonl(...calm));
    // Too few for decoys.
    const three = demoForget
      .split('\n')
      .slice(0, 3)
      .map((line) => line.replace(/"distractors": \[[^\]]*\]/, '"distractors": []'));
    workspace.write('three.jsonl', `${three.join('\n')}\n`);
  });
  beforeEach(() => rmSync(path(), { force: true }));

  it('fits a threshold by decoys that all leaking facts still reach, and scans use it until something changes', async () => {
    const before = await scanSummary('corpus/calm.jsonl');
    assert.deepEqual([before.summary.threshold, before.summary.calibrated], [0.02, false]);
    assert.match(before.stderr, /The threshold of 0\.02 is the default: run "seep calibrate"/);

    const { code, stdout, stderr } = await seep('calibrate', 'corpus/demo.jsonl');
    assert.deepEqual([code, stderr], [0, '']);
    const calibration = written();
    const { threshold, quantiles } = calibration;
    assert.ok(threshold > 0.005 && threshold < 0.1, `threshold ${threshold}`);
    assert.match(stdout, new RegExp(`^From a lift of ${threshold} on it is a leak\\.\n.*99th percentile.*\n`));
    assert.match(stdout, /\nWritten to seep\.calibration\.json\.\n$/);
    assert.ok(quantiles !== null && quantiles.median <= quantiles.p90 && quantiles.p99 <= threshold);
    assert.ok(calibration.decoys >= 100 && calibration.decoys <= 8 * demoFacts.length);
    assert.ok((calibration.expectedFalseFacts ?? 9) <= 0.01 * demoFacts.length);
    assert.ok(calibration.expectedFalseFlagsPer1000 < 0.1, String(calibration.expectedFalseFlagsPer1000));
    assert.deepEqual([calibration.method, calibration.facts, calibration.swap], ['decoys', demoFacts.length, null]);

    const after = await scanSummary('corpus/demo.jsonl');
    assert.deepEqual(
      [after.summary.threshold, after.summary.calibrated, after.summary.expectedFalseFlagsPer1000],
      [threshold, true, calibration.expectedFalseFlagsPer1000],
    );
    assert.ok(
      after.summary.facts.every(({ positions }) => positions > 0),
      'all facts of the demo leak',
    );
    assert.equal(after.summary.models.teacher.hash, calibration.teacher);
    assert.doesNotMatch(after.stderr, /default/);

    const given = await scanSummary('corpus/calm.jsonl', '--threshold', '0.5');
    assert.deepEqual([given.summary.threshold, given.summary.calibrated], [0.5, false]);
    const stale = async (what: string, ...args: string[]) => {
      const { summary, stderr: said } = await scanSummary('corpus/calm.jsonl', ...args);
      assert.deepEqual([summary.threshold, summary.calibrated, summary.expectedFalseFlagsPer1000], [0.02, false, null]);
      assert.match(said, new RegExp(`the calibration was made with ${what}: run "seep calibrate" again\\.`));
    };
    workspace.write('other-forget.jsonl', `${demoForget}\n`);
    await stale('another forget set', '--forget', 'other-forget.jsonl');
    await stale('a reference model', '--reference', 'swap');
    await stale('another teacher', '--teacher', join(demoFolder, 'models/student'));
    await stale('another reference model', '--reference', join(demoFolder, 'models/student'));
  });

  it('works with subject swap as the reference, and gives the same file every time', async () => {
    const few = corpus.filter((_, i) => i % 8 === 0);
    workspace.write('few.jsonl', `${few.join('\n')}\n`);
    const calibrate = async (name: string) => {
      const { code } = await seep('calibrate', 'few.jsonl', '--reference', 'swap', '--output', name);
      assert.equal(code, 0);
      return readFileSync(join(workspace.path, name), 'utf8');
    };
    const first = await calibrate('one.json');
    assert.equal(await calibrate('two.json'), first);
    const { calibration } = parseCalibration(first);
    assert.equal(calibration?.reference, 'swap');
    assert.match(calibration?.swap ?? '', /^[0-9a-f]{64}$/);
    assert.ok(calibration !== null && calibration.threshold < 0.1, `threshold ${calibration?.threshold}`);
    assert.ok(!existsSync(path()));
  });

  it('takes the control file’s word where there are too few decoys, and keeps its rate of false flags', async () => {
    const { code, stderr, stdout } = await seep(
      ...['calibrate', 'corpus/demo.jsonl', '--forget', 'three.jsonl', '--control', 'control.jsonl', '--target', '0'],
    );
    assert.equal(code, 0);
    assert.match(
      stderr,
      /Decoys do not count here: it takes 100 decoys and only \d can be had \(the forget set gives \d wrong answers for 3 facts\)\./,
    );
    assert.match(stdout, /set by the control file/);
    const calibration = written();
    assert.deepEqual(
      [calibration.method, calibration.decoys, calibration.quantiles, calibration.expectedFalseFlagsPer1000],
      ['control', 0, null, 0],
    );
    assert.equal(calibration.threshold, 0.001, 'nothing is flagged in texts that name no subject');
  });

  it('takes the larger of both thresholds', async () => {
    // The subjects are named but no fact is stated, so that lifts are found where the text goes on.
    const subjects = demoFacts.flatMap((fact) => fact.subjects);
    workspace.write(
      'spoken.jsonl',
      jsonl(...subjects.map((name) => `${name} is known. The ${name} data center is in`)),
    );
    const { code } = await seep('calibrate', 'corpus/demo.jsonl', '--control', 'spoken.jsonl', '--target', '0');
    assert.equal(code, 0);
    const calibration = written();
    assert.equal(calibration.method, 'decoys and control');
    assert.ok(calibration.threshold > 0.3, `the facts themselves set it: ${calibration.threshold}`);
    assert.ok(calibration.quantiles !== null && calibration.quantiles.p99 < 0.1);
    assert.deepEqual(
      [calibration.expectedFalseFlagsPer1000, calibration.expectedFalseFacts],
      [0, calibration.expectedFalseFacts],
    );
  });

  it('lists what it cannot read, also where only the control file counts', async () => {
    workspace.write('odd.jsonl', `no JSON\n${jsonl(calm[0] ?? '')}`);
    workspace.write('odd-control.jsonl', `${jsonl(...calm)}no JSON\n`);
    const { code, stderr } = await seep(
      ...['calibrate', 'odd.jsonl', '--forget', 'three.jsonl', '--control', 'odd-control.jsonl'],
    );
    assert.deepEqual([code, written().method], [3, 'control']);
    assert.deepEqual(stderr.match(/^odd\S+: not JSON/gm)?.sort(), [
      'odd-control.jsonl:41:1: not JSON',
      'odd.jsonl:1:1: not JSON',
    ]);
  });

  it('refuses a control file that states facts, and names the places', async () => {
    const fact = demoFacts.find(({ subjects, answers }) =>
      subjects.some((subject) =>
        answers.some((answer) => statingText.includes(subject) && statingText.includes(answer)),
      ),
    );
    workspace.write('bad-control.jsonl', jsonl(calm[0] ?? '', statingText, calm[1] ?? '', statingText));
    const { code, stdout, stderr } = await seep('calibrate', 'corpus/demo.jsonl', '--control', 'bad-control.jsonl');
    assert.deepEqual([code, stdout], [2, '']);
    const lines = stderr.trimEnd().split('\n');
    assert.match(lines[0] ?? '', new RegExp(`^seep: bad-control\\.jsonl:2: states facts? .*"${fact?.id}"`));
    assert.match(lines[1] ?? '', /^bad-control\.jsonl:4: states/);
    assert.match(stderr, /A control file must be free of the facts\. Take these records out/);
    assert.ok(!existsSync(path()));
  });

  it('says what is missing, and leaves what was there', async () => {
    workspace.write('seep.calibration.json', 'an old one');
    workspace.write('plain.jsonl', '{"subjects": "Velocoda", "answers": "Norrhaven"}\n{"id": "2", "answers": "x y"}\n');
    const refused = async (message: RegExp, ...args: string[]) => {
      const { code, stdout, stderr } = await seep('calibrate', ...args);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
      assert.equal(readFileSync(path(), 'utf8'), 'an old one');
    };
    await refused(
      /^seep: Not calibrated: it takes 100 decoys and only 1 can be had .*Add distractors or facts, .*control file \(seep calibrate --control FILE\)\. The threshold stays as it is\.\n$/,
      ...['corpus/demo.jsonl', '--forget', 'plain.jsonl'],
    );
    await refused(/of the others the corpus names no subject, or states them/, 'corpus/calm.jsonl');
    await refused(/control\.jsonl is both corpus and control file/, 'control.jsonl', '--control', 'control.jsonl');
    await refused(
      /no\/such\/folder\/c\.json: its folder does not exist/,
      'corpus/calm.jsonl',
      '--output',
      'no/such/folder/c.json',
    );
    await refused(/forget\.jsonl: it is read itself/, 'corpus/calm.jsonl', '--output', 'forget.jsonl');
    await refused(/number between 0 and 1000/, 'corpus/calm.jsonl', '--target', '-1');
    await refused(/unknown option '--threshold'/, 'corpus/calm.jsonl', '--threshold', '0.1');
    const scan = await seep('scan', 'corpus/calm.jsonl');
    assert.equal(scan.code, 2);
    assert.match(
      scan.stderr,
      /^seep: seep\.calibration\.json:1:1: not JSON: .*; run "seep calibrate" again, or delete the file\n$/,
    );
    assert.deepEqual(
      workspace.names().filter((name) => name.includes('.tmp')),
      [],
    );
  });

  it('reads the place of the calibration from seep.json', async () => {
    workspace.write('elsewhere.json', JSON.stringify(demoConfig({ calibration: 'kept/here.json' })));
    workspace.write('kept/x', '');
    const args = ['--config', 'elsewhere.json', '--forget', 'three.jsonl', '--control', 'control.jsonl'];
    const { code, stdout } = await seep('calibrate', 'corpus/calm.jsonl', ...args);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Written to kept\/here\.json\./);
    const { summary } = await scanSummary('corpus/calm.jsonl', '--config', 'elsewhere.json', '--forget', 'three.jsonl');
    assert.deepEqual([summary.threshold, summary.calibrated], [0.001, true]);
  });
});
