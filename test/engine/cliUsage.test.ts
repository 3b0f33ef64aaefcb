import assert from 'node:assert/strict';
import { join } from 'node:path';
import { cliWorkspace, demoConfig, demoForget } from './support/cliWorkspace';
import { assertRefused, runCli } from './support/runCli';

describe('seep: usage, configuration and files', function () {
  this.timeout(60_000);
  const workspace = cliWorkspace();
  const seep = (...args: string[]) => runCli(args, workspace.path);

  /** Runs and expects exit code 2, nothing on stdout, and this on stderr. */
  async function refused(args: readonly string[], message: RegExp | string, cwd = workspace.path): Promise<void> {
    assertRefused(await runCli(args, cwd), message);
  }

  it('shows help and version on request', async () => {
    const [help, scanHelp, version] = await Promise.all([seep('--help'), seep('scan', '--help'), seep('--version')]);
    assert.deepEqual([help.code, scanHelp.code, version.code], [0, 0, 0]);
    assert.deepEqual([help.stderr, scanHelp.stderr, version.stderr], ['', '', '']);
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    assert.deepEqual(commands, [
      'scan',
      'audit',
      'probe',
      'calibrate',
      'export',
      'decisions',
      'doctor',
      'cache',
      'import',
      'help',
    ]);
    const flags = [
      'config',
      'teacher',
      'student',
      'reference',
      'forget',
      'text-field',
      'temperature',
      'threshold',
      'on-policy',
      'unattributed',
      'provider',
      'no-cache',
      'no-decisions',
      'format',
      'output',
      'fail-on',
      'show-answers',
    ];
    assert.deepEqual([...scanHelp.stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag).sort(), flags.sort());
    assert.match(scanHelp.stdout, /0 .*\n +1 .*\n +2 .*\n +3 .*\n +130 /);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('refuses commands and flags that it does not know', async () => {
    await refused([], /^Usage: seep/);
    await refused(['prove'], /unknown command 'prove'/);
    await refused(['scan', '--theacher', 'x'], /unknown option '--theacher'\n\(Did you mean --teacher\?\)/);
    await refused(['scan', '--teacher'], /argument missing/);
    await refused(['scan', '--format', 'xml'], /Allowed choices are table, jsonl, json/);
    await refused(['scan', '--provider', 'tpu'], /Allowed choices are auto, cpu/);
    await refused(['scan', '--fail-on', 'all'], /Allowed choices are none, stated, any/);
    await refused(['scan', '--temperature', '0'], /number between 0\.01 and 100/);
    await refused(['scan', '--threshold', '1e-4'], /number between 0\.001 and 1/);
    await refused(['scan', '--threshold', ''], /number between/);
    await refused(['scan', '--text-field', ' '], /must not be empty/);
    await refused(['doctor', 'extra'], /too many arguments/);
  });

  it('says what to give when models, forget set or files are not named', async () => {
    const empty = workspace.write('empty/x.jsonl', '').replace(/x\.jsonl$/, '');
    workspace.write('bare/seep.json', '{}');
    await refused(
      ['scan'],
      'seep: Nothing to scan: name files, or run where there is a seep.json with "corpus"',
      empty,
    );
    await refused(['scan', 'x.jsonl'], 'seep: No teacher model: give --teacher DIR.', empty);
    await refused(['scan', 'x.jsonl', '--teacher', 't'], 'seep: No forget set: give --forget FILE.', empty);
    await refused(
      ['scan', '../empty/x.jsonl'],
      'seep: No teacher model: give --teacher DIR or "teacher" in seep.json.',
      join(workspace.path, 'bare'),
    );
  });

  it('points at faults in seep.json', async () => {
    workspace.write('bad.json', '{\n  "teacher": "t",\n  "treshold": 0.1,\n  "provider": "gpu"\n}\n');
    await refused(
      ['scan', '--config', 'bad.json'],
      'seep: bad.json:3:3: unknown key "treshold"; did you mean "threshold"?\n' +
        'bad.json:4:15: "provider" cannot be "gpu"; it must be one of "auto", "cpu", "cuda", "dml", "coreml", "webgpu"',
    );
    workspace.write('comment.json', '{ // no\n}');
    await refused(
      ['scan', '--config', 'comment.json'],
      /^seep: comment\.json:1:3: not JSON: .*a comment \(JSON has none\)\n$/,
    );
    await refused(['scan', '--config', 'none.json'], 'seep: none.json: there is no such file');
  });

  it('points at faults in the forget set', async () => {
    workspace.write('bad-forget.jsonl', `${demoForget}{"id": "dc-001", "answers": []}\n{"answers": "x", oops}\n`);
    const line = demoForget.trimEnd().split('\n').length + 1;
    await refused(
      ['scan', 'corpus/calm.jsonl', '--forget', 'bad-forget.jsonl'],
      `seep: bad-forget.jsonl:${line}:8: the id "dc-001" is already used in line 1\n` +
        `bad-forget.jsonl:${line}:29: "answers" is empty; name at least one answer\n` +
        `bad-forget.jsonl:${line + 1}:18: not JSON: expected a key in double quotes, found oops`,
    );
    workspace.write('empty-forget.jsonl', '\n');
    await refused(['scan', 'corpus/calm.jsonl', '--forget', 'empty-forget.jsonl'], /the forget set is empty/);
    await refused(['scan', 'corpus/calm.jsonl', '--forget', 'none.jsonl'], 'seep: none.jsonl: there is no such file');
  });

  it('refuses files that are not there, not files, or not read', async () => {
    workspace.write('table.xlsx', 'text\nx\n');
    await refused(['scan', 'corpus/none.jsonl'], 'seep: corpus/none.jsonl: there is no such file');
    await refused(['scan', 'corpus/calm.jsonl', 'corpus/*.txt'], 'seep: corpus/*.txt: no file matches');
    await refused(['scan', 'corpus/'], 'seep: corpus/ is a folder; name its files, for example "corpus/**/*.jsonl"');
    const kinds =
      'not a kind of file that Seep reads; it reads .jsonl, .txt, .md, .csv, .tsv and .parquet, all but the last also with .gz or .zst behind';
    await refused(['scan', 'table.xlsx'], `seep: table.xlsx: ${kinds}`);
    await refused(['scan', '*.xlsx'], `seep: table.xlsx: ${kinds}`);
    workspace.write('nomatch.json', JSON.stringify(demoConfig({ corpus: { include: ['data/*.txt'] } })));
    await refused(
      ['scan', '--config', 'nomatch.json'],
      'seep: nomatch.json: no file that Seep reads matches "corpus.include" ("data/*.txt")',
    );
  });

  it('refuses outputs that cannot be written, before it scans', async () => {
    const before = workspace.names();
    const scan = ['scan', 'corpus/calm.jsonl', '--format', 'jsonl', '--output'];
    await refused([...scan, 'missing/report.jsonl'], 'seep: --output missing/report.jsonl: its folder does not exist');
    await refused([...scan, 'corpus'], 'seep: --output corpus: this is a folder; name a file');
    await refused(
      [...scan, 'corpus/calm.jsonl'],
      'seep: --output corpus/calm.jsonl: it is read itself; choose another file',
    );
    await refused([...scan, './forget.jsonl'], /it is read itself/);
    assert.deepEqual(workspace.names(), before);
  });
});
