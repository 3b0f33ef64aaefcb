import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditSummary } from '../../src/core/audit/auditSummary';
import { parseCalibration } from '../../src/core/calibrate/calibration';
import type { ExportRecord } from '../../src/core/export/exportFormat';
import type { LeakLine } from '../../src/core/report/leakLine';
import type { Summary } from '../../src/core/report/summary';
import { cliWorkspace, demoFolder, jsonl, leakingTexts } from './support/cliWorkspace';
import { cutTokenizer } from './support/cutTokenizer';
import { assertForPeople, type CliResult, runCli } from './support/runCli';

/** Both come from scans whose numbers are rounded, of texts in batches of another shape. */
const TOLERANCE = 1e-4;

describe('seep with models that have a tokenizer of their own', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  before(() => {
    cutTokenizer('student', join(workspace.path, 'other'), { exchanged: ['~', '^'], merges: 126 });
  });

  async function scan(...args: string[]): Promise<CliResult & { leaks: LeakLine[]; summary: Summary }> {
    const result = await runCli(['scan', '--format', 'jsonl', ...args], workspace.path);
    assertForPeople(result);
    const lines = result.stdout.trimEnd().split('\n');
    const summary = JSON.parse(lines.pop() ?? '') as Summary;
    return { ...result, summary, leaks: lines.map((line) => JSON.parse(line) as LeakLine) };
  }

  it('gives the student the probability that it gives whole answers itself', async () => {
    const plain = await scan();
    const spans = await scan('--student', 'other');
    const alone = await scan('--teacher', 'other', '--student', 'other', '--reference', 'none', '--threshold', '0.001');
    assert.match(spans.stderr, /other: this model's tokenizer is not the teacher's.*over character spans/);
    assert.deepEqual(spans.summary.comparison, { student: 'spans', reference: 'tokens' });
    // What the student is compared with does not change.
    assert.deepEqual(
      spans.leaks.map(({ lift, exposure, mass, referenceMass }) => [lift, exposure, mass, referenceMass]),
      plain.leaks.map(({ lift, exposure, mass, referenceMass }) => [lift, exposure, mass, referenceMass]),
    );
    const place = ({ record, start, fact }: LeakLine) => `${record.index} ${start} ${fact}`;
    const own = new Map(alone.leaks.filter(({ depth }) => depth === 0).map((leak) => [place(leak), leak.mass]));
    let compared = 0;
    for (const leak of spans.leaks) {
      assert.deepEqual(leak.comparison, { student: 'spans', reference: 'tokens' });
      const mass = own.get(place(leak));
      if (leak.depth === 0 && mass !== undefined) {
        compared++;
        const { studentMass } = leak;
        assert.ok(studentMass !== null && Math.abs(studentMass - mass) < TOLERANCE, `${studentMass}, alone ${mass}`);
      }
    }
    assert.ok(compared >= 3, `${compared} of ${spans.leaks.length} compared`);
  });

  it('says so in the table, and what cannot be told with such a reference', async () => {
    const args = ['scan', '--student', 'other', '--reference', 'other', '--unattributed'];
    const result = await runCli(args, workspace.path);
    assertForPeople(result);
    assert.equal(result.code, 1);
    assert.match(
      result.stdout,
      /Student and reference are compared over character spans, by the probability of whole answers/,
    );
    assert.match(result.stderr, /cannot be told here: the reference's tokenizer is not the teacher's/);
    const { summary, leaks } = await scan('--reference', 'other', '--unattributed');
    assert.deepEqual([summary.unattributed, summary.reference, summary.completedBy], [null, 'model', 'teacher']);
    assert.deepEqual(summary.comparison, { student: 'tokens', reference: 'spans' });
    for (const { lift, mass, exposure } of leaks) {
      assert.ok(lift <= mass * 1.00001 && exposure === lift, `${lift} of ${mass}`);
    }
  });

  it('says so in an audit too', async () => {
    const [kept = '', gone = ''] = leakingTexts;
    workspace.write('raw.jsonl', jsonl(kept, gone));
    workspace.write('filtered.jsonl', jsonl(kept));
    const args = ['audit', 'raw.jsonl', 'filtered.jsonl', '--reference', 'other'];
    const table = await runCli(args, workspace.path);
    assertForPeople(table);
    assert.match(table.stdout, /\nThe reference is compared over character spans, by the probability of whole answers/);
    const { stdout } = await runCli([...args, '--format', 'jsonl'], workspace.path);
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as AuditSummary;
    assert.deepEqual(summary.comparison, { student: 'tokens', reference: 'spans' });
  });

  it('calibrates and exports with such a reference, by the same lifts', async () => {
    const args = ['--reference', 'other'];
    const run = async (...command: string[]) => {
      const result = await runCli([...command, ...args], workspace.path);
      assertForPeople(result);
      assert.equal(result.code, 0, result.stderr);
      return result;
    };
    const corpus = readFileSync(join(demoFolder, 'corpus/filtered.jsonl'), 'utf8').split('\n').slice(0, 400);
    workspace.write('corpus/demo.jsonl', `${corpus.join('\n')}\n`);
    const { stderr } = await run('calibrate', 'corpus/demo.jsonl');
    assert.match(stderr, /other: this model's tokenizer is not the teacher's.*over character spans/);
    const { calibration } = parseCalibration(readFileSync(join(workspace.path, 'seep.calibration.json'), 'utf8'));
    assert.ok(calibration !== null && calibration.threshold > 0.001 && calibration.threshold < 0.1);
    const { summary, leaks } = await scan('corpus/leaks.jsonl', ...args);
    assert.deepEqual([summary.threshold, summary.calibrated], [calibration.threshold, true]);
    assert.ok(leaks.length > 0);

    await run('export', 'redactions', 'corpus/leaks.jsonl', '--output', 'redactions.jsonl');
    await run('export', 'check', 'redactions.jsonl');
    const exported = readFileSync(join(workspace.path, 'redactions.jsonl'), 'utf8').trimEnd().split('\n').slice(1, -1);
    const targets = new Map(
      exported.flatMap((line) => {
        const { record, redactions = [] } = JSON.parse(line) as ExportRecord;
        return redactions.map(({ position, probabilities }) => [
          `${record.index} ${position}`,
          probabilities.reduce((sum, probability) => sum + probability, 0),
        ]);
      }),
    );
    const place = ({ record, position }: LeakLine) => `${record.index} ${position}`;
    assert.deepEqual([...targets.keys()], [...new Set(leaks.map(place))]);
    for (const leak of leaks.filter((each) => leaks.filter((other) => place(other) === place(each)).length === 1)) {
      // What the reference leaves of the tokens is what the teacher puts on them less the lift.
      const left = targets.get(place(leak)) ?? Number.NaN;
      assert.ok(Math.abs(left - (leak.tokenMass - leak.lift)) < TOLERANCE, `${left} of ${leak.tokenMass}`);
    }
  });
});
