import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Summary } from '../../src/core/report/summary';
import { cliWorkspace, demoFolder, jsonl, leakingTexts } from './support/cliWorkspace';
import {
  assertForPeople,
  assertRefused,
  childrenOf,
  cliPath,
  isAlive,
  type RunningCli,
  runCli,
  startCli,
  until,
} from './support/runCli';

describe('seep as a process', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  before(() => {
    // Enough work for a signal to arrive in the middle of it.
    const texts = Array.from({ length: 3000 }, (_, index) => `${index}: ${leakingTexts[index % leakingTexts.length]}`);
    workspace.write('much.jsonl', jsonl(...texts));
    workspace.write('some.jsonl', jsonl(...texts.slice(0, 300)));
  });

  /** Starts a long scan and waits until its engine is at work. */
  async function startScan(
    file: string,
    ...args: string[]
  ): Promise<RunningCli & { readonly pid: number; readonly engine: number }> {
    const running = startCli(['scan', file, '--format', 'jsonl', ...args], workspace.path);
    const { pid } = running.child;
    assert.ok(pid !== undefined);
    const engine = await until(() => childrenOf(pid)[0], 'the engine to start');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return { ...running, pid, engine };
  }

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`ends on ${signal} with ${code}, with its engine, and leaves no half report`, async function () {
      if (process.platform === 'win32') this.skip();
      const { pid, ended, engine } = await startScan('much.jsonl', '--output', 'half.jsonl');
      assert.ok(
        workspace.names().some((name) => name.startsWith('.half.jsonl.')),
        'the report is being written',
      );
      const asked = Date.now();
      // Ctrl-C reaches the whole group, other signals the one process.
      process.kill(signal === 'SIGINT' ? -pid : pid, signal);
      const { code: actual, stdout, stderr } = await ended;
      assert.ok(Date.now() - asked < 5000, `took ${Date.now() - asked} ms`);
      assert.deepEqual([actual, stdout], [code, '']);
      assert.match(stderr, /Interrupted\.\n$/);
      assert.ok(!isAlive(engine), 'the engine is gone');
      assert.deepEqual(
        readdirSync(workspace.path).filter((name) => name.includes('half')),
        [],
      );
    });
  }

  it('takes its engine along when it is killed outright', async function () {
    if (process.platform === 'win32') this.skip();
    const { child, ended, engine } = await startScan('much.jsonl');
    child.kill('SIGKILL');
    await ended;
    await until(() => !isAlive(engine), 'the engine to end', 10_000);
  });

  it('goes on where it was when the engine is killed', async function () {
    if (process.platform === 'win32') this.skip();
    const { ended, engine } = await startScan('some.jsonl');
    process.kill(engine, 'SIGKILL');
    const { code, stdout } = await ended;
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary;
    assert.deepEqual([code, summary.records, summary.incomplete], [1, 300, []]);
  });

  it('ends silently when its reader has seen enough', async () => {
    const { child, ended, engine } = await startScan('some.jsonl');
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /EPIPE|seep:/);
    assert.ok(!isAlive(engine));
  });

  it('shows a progress bar and colours on a terminal, and only there', async function () {
    if (!existsSync('/usr/bin/script')) this.skip();
    const terminal = async (env: NodeJS.ProcessEnv) => {
      const command = `stty cols 100; '${process.execPath}' '${cliPath}' scan corpus/notes.md`;
      const options = { cwd: demoFolder, env: { ...process.env, TERM: 'xterm', ...env }, maxBuffer: 1 << 26 };
      // script runs the command on a terminal of its own and passes on what appears there; exit code 1 is the leaks found.
      return promisify(execFile)('/usr/bin/script', ['-qec', command, '/dev/null'], options).catch(
        (error: { stdout: string }) => error,
      );
    };
    const stdout = (await terminal({ NO_COLOR: '' })).stdout.replaceAll('\u001b', '<ESC>');
    assert.match(stdout, /\r[█░]{24} +\d+ % {2}(?:loading models|[\d,]+ leaks so far)<ESC>\[K/);
    assert.match(stdout, /<ESC>\[1mcorpus\/notes\.md<ESC>\[22m/);
    assert.match(stdout, /<ESC>\[31m0\.\d{3}<ESC>\[39m/);
    const plain = (await terminal({ NO_COLOR: '1' })).stdout.replaceAll('\u001b', '<ESC>');
    assert.match(plain, /corpus\/notes\.md/);
    assert.doesNotMatch(plain, /<ESC>\[\d+m/);
  });

  it('writes a faultless message and no stack when the disk refuses', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const result = await runCli(
      ['scan', 'corpus/leaks.jsonl', '--format', 'jsonl', '--output', '/dev/full'],
      workspace.path,
    );
    assert.deepEqual([result.code, result.stdout], [2, '']);
    assertForPeople(result);
    assert.match(result.stderr, /^seep: --output \/dev\/full: the disk is full$/m);
    const onto = (...args: string[]) =>
      spawnSync('sh', ['-c', '"$0" "$@" >/dev/full', process.execPath, cliPath, ...args], {
        cwd: workspace.path,
        encoding: 'utf8',
      });
    const scan = onto('scan', 'corpus/leaks.jsonl', '--no-cache');
    assert.deepEqual(
      [scan.status, /^seep: standard output: the disk is full$/m.test(scan.stderr)],
      [2, true],
      scan.stderr,
    );
    assert.equal(onto('--version').stderr, '');
  });

  it('leaves no half file where the disk fills up, and what was there as it was', async function () {
    if (process.platform === 'win32') this.skip();
    // Numbers do not become much smaller by compression.
    const calm = Array.from({ length: 90 }, (_, i) => `Bread is baked at ${Math.sin(i)}.`);
    workspace.write('calm.jsonl', jsonl(...leakingTexts, ...calm));
    const before = readdirSync(workspace.path);
    for (const [output, ...command] of [
      ['report.html', 'scan', 'calm.jsonl', '--format', 'html'],
      ['leaks.jsonl', 'scan', 'calm.jsonl', '--format', 'jsonl'],
      ['audit.json', 'audit', 'calm.jsonl', 'corpus/leaks.jsonl', '--format', 'json'],
      ['masks.jsonl', 'export', 'masks', 'calm.jsonl'],
      ['clean.jsonl', 'export', 'clean', 'calm.jsonl'],
      ['clean.jsonl.gz', 'export', 'clean', 'calm.jsonl'],
    ] as const) {
      const path = join(workspace.path, output);
      writeFileSync(path, 'from before');
      // No file may grow beyond half a KiB: writing stops in the middle, as on a full disk.
      const args = [process.execPath, cliPath, ...command, '--no-cache', '--output', output];
      const { status, stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -f 1; exec "$0" "$@"', ...args], {
        cwd: workspace.path,
        encoding: 'utf8',
      });
      assertRefused({ code: status, stdout, stderr }, /^seep: (?:--output )?\S+: the file would become larger than/m);
      assert.equal(readFileSync(path, 'utf8'), 'from before');
      rmSync(path);
      assert.deepEqual(readdirSync(workspace.path), before, output);
    }
  });
});
