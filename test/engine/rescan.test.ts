import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cliWorkspace, demoConfig, demoFolder, jsonl, leakingTexts } from './support/cliWorkspace';
import { bigramGraph, logWeights, modelFolder, removeModelFolders } from './support/handMadeModels';
import { assertForPeople, type CliResult, cliPath, runCli, startCli, until } from './support/runCli';

/** Files that changed only just now are not recognised without being read. */
const SETTLED_MILLISECONDS = 3500;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const PERMISSIONS = major > 22 || (major === 22 && minor >= 13) ? '--permission' : '--experimental-permission';

describe('a second scan', function () {
  this.timeout(180_000);
  const workspace = cliWorkspace();
  let folders = 0;
  let cache = '';
  beforeEach(() => {
    cache = join(workspace.path, `cache-${++folders}`);
  });
  after(removeModelFolders);

  const scan = async (...args: string[]): Promise<CliResult> => {
    const result = await runCli(['scan', '--format', 'jsonl', ...args], workspace.path, { SEEP_CACHE_DIR: cache });
    assertForPeople(result);
    return result;
  };

  /** The same where Node lets the program start no process, so that nothing can be computed. */
  function scanWithoutEngine(...args: string[]): CliResult {
    const flags = [PERMISSIONS, '--allow-fs-read=*', '--allow-fs-write=*', '--no-warnings'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, cliPath, 'scan', '--format', 'jsonl', ...args],
      { cwd: workspace.path, env: { ...process.env, SEEP_CACHE_DIR: cache }, encoding: 'utf8' },
    );
    return { code: status, stdout, stderr };
  }

  /** How many records were not computed, as the closing words say. */
  function known({ stderr }: CliResult): number {
    const match = /Scanned [\d,]+ records? .* s(?:; ([\d,]+) were known from before)?\.$/m.exec(stderr);
    assert.ok(match, stderr);
    return Number((match[1] ?? '0').replaceAll(',', ''));
  }

  /** What leaks, without figures that may move a little from one run to another. */
  function leaksOf({ stdout }: CliResult): string[] {
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { schema: string; record: { index: number }; position: number; fact: string })
      .filter(({ schema }) => schema === 'seep.leak/1')
      .map(({ record, position, fact }) => `${record.index}:${position}:${fact}`);
  }

  const segments = () => readdirSync(cache).map((name) => join(cache, name));

  it('says the same, byte for byte, without an engine', async () => {
    const withoutEngine = scanWithoutEngine('corpus/leaks.jsonl');
    assert.equal(withoutEngine.code, 2, 'nothing is known yet');
    const first = await scan('corpus/leaks.jsonl');
    assert.equal(first.code, 1);
    assert.equal(known(first), 0);
    assert.ok(leaksOf(first).length > 3);
    const second = scanWithoutEngine('corpus/leaks.jsonl');
    assert.equal(second.stdout, first.stdout);
    assert.equal(second.code, 1);
    assert.equal(known(second), leakingTexts.length);
    assertForPeople(second);
  });

  it('needs no inference for another threshold, another file or an order of its own', async () => {
    const first = await scan('corpus/leaks.jsonl');
    const strict = scanWithoutEngine('corpus/leaks.jsonl', '--threshold', '0.5');
    const strictLeaks = leaksOf(strict);
    assert.ok(strictLeaks.length > 0 && strictLeaks.length < leaksOf(first).length);
    assert.ok(strictLeaks.every((leak) => leaksOf(first).includes(leak)));
    workspace.write('reversed.jsonl', jsonl(...leakingTexts.toReversed(), ...leakingTexts));
    const reversed = scanWithoutEngine('reversed.jsonl');
    assert.equal(leaksOf(reversed).length, 2 * leaksOf(first).length);
  });

  it('needs none for what is said of facts besides; for what they say, the records that speak about them', async () => {
    const forget = (name: string, changes: object) => {
      const fact = { id: 'f', subjects: ['Lumora'], answers: ['Quellin'], severity: 'low', ...changes };
      return workspace.write(name, `${'\n'.repeat(Object.keys(changes).length)}${JSON.stringify(fact)}\n`);
    };
    const texts = jsonl('The Lumora data center is in', 'Somebody else.');
    workspace.write('two.jsonl', texts);
    await scan('two.jsonl', '--forget', forget('forget-a.jsonl', {}));
    assert.equal(known(scanWithoutEngine('two.jsonl', '--forget', forget('forget-b.jsonl', { severity: 'high' }))), 2);
    assert.equal(known(await scan('two.jsonl', '--forget', forget('forget-c.jsonl', { answers: ['Oslo'] }))), 1);
    for (const flags of [['--temperature', '2'], ['--on-policy'], ['--unattributed'], ['--reference', 'none']]) {
      const other = await scan('two.jsonl', '--forget', join(workspace.path, 'forget-a.jsonl'), ...flags);
      assert.equal(known(other), 0, flags.join(' '));
    }
  });

  it('scores one record of a thousand where one was edited', async () => {
    const lines = readFileSync(join(demoFolder, 'corpus/filtered.jsonl'), 'utf8').split('\n').slice(0, 1000);
    workspace.write('thousand.jsonl', lines.join('\n'));
    const first = await scan('thousand.jsonl');
    lines[500] = JSON.stringify({ text: `Edited. ${leakingTexts[0]}` });
    workspace.write('thousand.jsonl', lines.join('\n'));
    const second = await scan('thousand.jsonl');
    assert.equal(known(second), 999);
    const others = (result: CliResult) => leaksOf(result).filter((leak) => !leak.startsWith('500:'));
    assert.deepEqual(others(second), others(first));
    assert.ok(leaksOf(second).some((leak) => leak.startsWith('500:')));
  });

  it('scores anew where a model was replaced, also by one of the same size and age', async () => {
    const model = (p: number) => bigramGraph(logWeights({ mill: { oak: p } })).finish();
    const folder = modelFolder({ model: model(0.9) });
    workspace.write('words.jsonl', jsonl('the mill'));
    const forget = workspace.write('words-forget.jsonl', `${JSON.stringify({ id: 'w', answers: ['oak'] })}\n`);
    const flags = ['words.jsonl', '--teacher', folder, '--forget', forget, '--config', bareConfig()];
    await sleep(SETTLED_MILLISECONDS);
    const mass = ({ stdout }: CliResult) =>
      Math.max(...[...stdout.matchAll(/"tokenMass":([\d.]+)/g)].map((match) => Number(match[1])));
    const first = await scan(...flags);
    assert.ok(Math.abs(mass(first) - 0.9) < 1e-3, first.stdout);
    assert.equal(scanWithoutEngine(...flags).stdout, first.stdout);
    const path = join(folder, 'model.onnx');
    const { atime, mtime, size } = statSync(path);
    writeFileSync(path, model(0.2));
    utimesSync(path, atime, mtime);
    assert.equal(statSync(path).size, size);
    const second = await scan(...flags);
    assert.equal(known(second), 0);
    assert.ok(Math.abs(mass(second) - 0.2) < 1e-3, second.stdout);
  });

  it('keeps nothing with --no-cache', async () => {
    await scan('corpus/calm.jsonl', '--no-cache');
    assert.throws(() => readdirSync(cache), /ENOENT/);
    await scan('corpus/calm.jsonl');
    assert.equal(known(await scan('corpus/calm.jsonl', '--no-cache')), 0);
  });

  it('goes on where the cache is spoilt', async () => {
    const first = await scan('corpus/leaks.jsonl');
    for (const path of segments()) {
      const bytes = readFileSync(path);
      for (let at = 60; at < bytes.length; at += 997) {
        bytes[at] = (bytes[at] ?? 0) ^ 0x20;
      }
      writeFileSync(path, bytes);
    }
    const second = await scan('corpus/leaks.jsonl');
    assert.ok(known(second) < leakingTexts.length);
    assert.deepEqual(leaksOf(second), leaksOf(first));
    assert.equal(scanWithoutEngine('corpus/leaks.jsonl').stdout, second.stdout, 'mended');
  });

  it('goes on where nothing can be written, and says so once', async () => {
    writeFileSync(cache, 'a file where the folder should be');
    const result = await scan('corpus/leaks.jsonl');
    assert.equal(result.code, 1);
    assert.ok(leaksOf(result).length > 3);
    assert.equal(result.stderr.split('scores cannot be kept there').length, 2, result.stderr);
  });

  it('goes on where the disk is full', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    // No file may grow beyond 4 KiB: writing stops in the middle of an entry, as on a full disk.
    const script = 'ulimit -f 8; exec "$0" "$@"';
    const args = [process.execPath, cliPath, 'scan', '--format', 'jsonl', 'corpus/leaks.jsonl'];
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script, ...args], {
      cwd: workspace.path,
      env: { ...process.env, SEEP_CACHE_DIR: cache },
      encoding: 'utf8',
    });
    const full = { code: status, stdout, stderr };
    assertForPeople(full);
    assert.equal(status, 1, stderr);
    assert.equal(stderr.split('scores cannot be kept there').length, 2, stderr);
    const after = await scan('corpus/leaks.jsonl');
    assert.deepEqual(leaksOf(after), leaksOf(full));
  });

  it('knows what a killed one had scored', async () => {
    workspace.write('long.jsonl', readFileSync(join(demoFolder, 'corpus/filtered.jsonl')));
    const running = startCli(['scan', '--format', 'jsonl', 'long.jsonl'], workspace.path, { SEEP_CACHE_DIR: cache });
    await until(
      () => {
        try {
          return segments().some((path) => statSync(path).size > 20_000);
        } catch {
          return false;
        }
      },
      'scores on disk',
      120_000,
    );
    running.child.kill('SIGKILL');
    await running.ended;
    const second = await scan('long.jsonl');
    assert.ok(known(second) > 0, second.stderr);
    assert.equal(second.code, 1);
    assert.equal(scanWithoutEngine('long.jsonl').stdout, second.stdout);
  });

  it('shares the scores with exports and calibration where they ask for the same', async () => {
    const seep = (...args: string[]) => runCli(args, workspace.path, { SEEP_CACHE_DIR: cache });
    const first = await seep('export', 'masks', 'corpus/leaks.jsonl');
    assert.equal(first.code, 0, first.stderr);
    const again = await seep('export', 'masks', 'corpus/leaks.jsonl');
    assert.equal(again.stdout, first.stdout);
    assert.equal(known(scanWithoutEngine('corpus/leaks.jsonl')), leakingTexts.length);
  });

  it('can be shown and deleted', async () => {
    const seep = (...args: string[]) => runCli(args, workspace.path, { SEEP_CACHE_DIR: cache });
    const empty = await seep('cache');
    assert.equal(empty.stdout, `${cache}\n0.0 MB of at most 512 MB\n`);
    await scan('corpus/leaks.jsonl');
    const bytes = segments().reduce((sum, path) => sum + statSync(path).size, 0);
    const shown = await seep('cache');
    assert.equal(shown.stdout, `${cache}\n${(bytes / 2 ** 20).toFixed(1)} MB of at most 512 MB\n`);
    writeFileSync(join(cache, 'thesis.txt'), 'not ours');
    const cleared = await seep('cache', 'clear');
    assert.equal(cleared.code, 0);
    assert.match(cleared.stdout, /^Deleted \d\.\d MB from /);
    assert.deepEqual(readdirSync(cache), ['thesis.txt']);
    assert.equal(known(await scan('corpus/leaks.jsonl')), 0);
  });

  it('leaves no text of the corpus in the cache', async () => {
    const secret = 'Wednesday’s unrepeatable heron';
    workspace.write('secret.jsonl', jsonl(`${leakingTexts[0]} ${secret}`, secret));
    await scan('secret.jsonl');
    for (const path of segments()) {
      assert.doesNotMatch(readFileSync(path, 'utf8'), /heron|Wednesday|data center/);
    }
  });

  /** A project without student and reference. */
  function bareConfig(): string {
    const config = demoConfig({ student: null, reference: 'none' });
    return workspace.write('bare.json', JSON.stringify({ ...config, student: undefined }));
  }
});
