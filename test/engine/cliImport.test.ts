import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { assertRefused, runCli } from './support/runCli';

describe('seep import', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const fixture = (name: string) => join(repoRoot, 'test/fixtures/import', name);
  const seep = (...args: string[]) => runCli(['import', ...args], folder.path);
  const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');

  async function refused(args: readonly string[], message: RegExp | string): Promise<void> {
    assertRefused(await seep(...args), message);
  }

  it('lists its formats', async () => {
    const { code, stdout } = await seep('--help');
    assert.equal(code, 0);
    assert.match(stdout, /\n {2}tofu +TOFU.*\n {2}wmdp +.*\n {2}muse +.*\n {2}rwku +.*\n {2}list +.*\n {2}csv +/);
  });

  it('writes a forget set to standard output, and what came of the file to standard error', async () => {
    const { code, stdout, stderr } = await seep('tofu', fixture('tofu.json'));
    assert.equal(code, 0);
    const { facts, problems } = parseForgetSet(stdout);
    assert.deepEqual([facts.length, problems], [3, []]);
    assert.match(stderr, /^3 facts imported: 2 with the names in the question as subjects, 1 with the question itself/);
  });

  it('writes a file, and over one that is there only when told so', async () => {
    const args = ['csv', fixture('renamed.csv'), '--field', 'answers=secret', '--field', 'subjects=company'];
    const first = await seep(...args, '--output', 'forget.jsonl');
    assert.deepEqual([first.code, first.stdout], [0, ''], first.stderr);
    const written = read('forget.jsonl');
    assert.deepEqual(
      parseForgetSet(written).facts.map(({ subjects, answers }) => [...subjects, ...answers]),
      [
        ['Kamitel', 'Vandor'],
        ['Ostley Ltd', 'Perrin'],
      ],
    );
    await refused(
      ['rwku', fixture('rwkuLevel2.json'), '--output', 'forget.jsonl'],
      'seep: --output forget.jsonl: this file is there already; give --force to write over it',
    );
    assert.equal(read('forget.jsonl'), written);
    const forced = await seep('rwku', fixture('rwkuLevel2.json'), '--output', 'forget.jsonl', '--force');
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal(parseForgetSet(read('forget.jsonl')).facts[0]?.id, 'rwku-2-1');
  });

  it('writes nothing where something is wrong, and says what and where', async () => {
    writeFileSync(join(folder.path, 'bad.json'), '[{"question": "Q?",\n "anwser": "A"}]');
    await refused(
      ['tofu', 'bad.json', '--output', 'none.jsonl'],
      /^seep: bad\.json:2:2: unknown field "anwser"; .*\nbad\.json:1:2: the field "answer" is missing; /,
    );
    assert.throws(() => read('none.jsonl'));
    writeFileSync(join(folder.path, 'latin.json'), Uint8Array.of(0x22, 0xe9, 0x22));
    await refused(['tofu', 'latin.json'], 'seep: latin.json: not valid UTF-8 at byte 1; save the file as UTF-8');
    mkdirSync(join(folder.path, 'sub'));
    await refused(['tofu', 'sub'], 'seep: sub: this is a folder, not a file');
    await refused(['tofu', 'absent.json'], 'seep: absent.json: there is no such file');
    writeFileSync(join(folder.path, 'large.json'), '');
    truncateSync(join(folder.path, 'large.json'), 64 * 1024 * 1024 + 1);
    await refused(['tofu', 'large.json'], 'seep: large.json: larger than 64 MB; split it into smaller files');
  });

  it('refuses formats, keys and uses that there are not', async () => {
    await refused(['squad', 'x.json'], /Allowed choices are tofu, wmdp, muse, rwku, list, csv/);
    await refused(['csv'], /missing required argument 'file'/);
    await refused(['csv', 'x.csv', '--field', 'answer=x'], /Did you mean "answers"\?/);
    await refused(['csv', 'x.csv', '--field', 'answers'], /Write --field answers=COLUMN/);
    await refused(
      ['tofu', fixture('tofu.json'), '--field', 'answers=x'],
      'seep: --field is for CSV files; the fields of tofu files are fixed.',
    );
  });
});
