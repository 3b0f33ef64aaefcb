import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import type { LeakLine } from '../../src/core/report/leakLine';
import type { Summary } from '../../src/core/report/summary';
import { storedZstd } from '../unit/client/storedZstd';
import { cliWorkspace, leakingTexts } from './support/cliWorkspace';
import { assertForPeople, assertRefused, runCli } from './support/runCli';

const calm = 'Bread is baked in the morning.';
/** Lines and quotation marks within, so that places in tables are not those in texts. */
const texts = [calm, ...leakingTexts.map((text, i) => `"${i}"\nis here. ${text}`), calm];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const header = (delimiter: string) => `${['id', 'text', 'note'].join(delimiter)}\r\n`;
const rows = (delimiter: string) =>
  texts.map((text, i) => `${[`r${i}`, quoted(text), quoted(`a\nb${i}`)].join(delimiter)}\n`);
const lines = texts.map((text, i) => `${JSON.stringify({ id: `r${i}`, text, note: i })}\n`);
const csv = header(',') + rows(',').join('');
const FILES = ['a.jsonl', 'b.csv', 'c.tsv', 'd.csv.gz', 'e.jsonl.zst', 'f.parquet'];

describe('corpus files of every format', function () {
  this.timeout(120_000);
  const workspace = cliWorkspace();

  before(() => {
    workspace.write('a.jsonl', lines.join(''));
    workspace.write('b.csv', csv);
    workspace.write('c.tsv', header('\t') + rows('\t').join(''));
    workspace.write('d.csv.gz', gzipSync(csv));
    workspace.write('e.jsonl.zst', storedZstd(Buffer.from(lines.join(''))));
    parquetWriteFile({
      filename: join(workspace.path, 'f.parquet'),
      columnData: [
        { name: 'id', data: texts.map((_, i) => `r${i}`), type: 'STRING' },
        { name: 'text', data: texts, type: 'STRING' },
        { name: 'note', data: texts.map((_, i) => i), type: 'INT32' },
      ],
      rowGroupSize: 5,
    });
  });

  async function seep(...args: string[]) {
    const result = await runCli(args, workspace.path);
    assertForPeople(result);
    return result;
  }

  async function scan(...args: string[]) {
    const { code, stdout, stderr } = await seep('scan', '--format', 'jsonl', ...args);
    const parsed = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LeakLine | Summary);
    const leaks = parsed.filter((line) => line.schema === 'seep.leak/1');
    const summary = parsed.at(-1);
    assert.ok(summary?.schema === 'seep.summary/1');
    return { code, leaks, summary, stderr };
  }

  it('give the same leaks in the same texts', async () => {
    const { code, leaks, summary } = await scan(...FILES);
    assert.equal(code, 1);
    assert.deepEqual([summary.files, summary.records], [FILES.length, FILES.length * texts.length]);
    assert.deepEqual(summary.incomplete, []);
    const ofFile = (file: string) => leaks.filter((leak) => leak.file === file);
    const plain = ({ record: { index, id }, start, end, fact, kind, lift }: LeakLine) =>
      [index, id, start, end, fact, kind, lift.toFixed(4)].join(' ');
    const expected = ofFile('a.jsonl').map(plain);
    assert.ok(expected.length >= 3);
    for (const file of FILES) {
      assert.deepEqual(ofFile(file).map(plain), expected, file);
      for (const { record } of ofFile(file)) {
        // A row takes up three lines, and the first row stands before.
        const line = /[ct]sv/.test(file) ? 2 + linesBefore(record.index) : record.index + 1;
        assert.equal(record.line, line, file);
      }
    }
  });

  it('are pointed into by line and column, through what stands for a character in the file', async () => {
    const { stdout } = await seep('scan', 'b.csv', '--fail-on', 'none');
    const fileLines = csv.split('\n');
    const places = [...stdout.matchAll(/^ +(\d+):(\d+) .*\[(.+)\]/gm)];
    assert.ok(places.length >= 3, stdout);
    for (const [row, line, column, token = ''] of places) {
      assert.equal(fileLines[Number(line) - 1]?.slice(Number(column) - 1).slice(0, token.length), token, row);
    }
  });

  it('that are damaged or not what they seem are incomplete, with the place and the mend', async () => {
    workspace.write('cut.jsonl.gz', gzipSync(lines.join('')).subarray(0, -4));
    workspace.write('rows.csv', `${header(',')}1,${quoted(calm)}\n2,${calm},x\n`);
    workspace.write('columns.csv', `name,body\nx,${calm}\n`);
    workspace.write('not.parquet', calm);
    const { code, summary, stderr } = await scan('cut.jsonl.gz', 'rows.csv', 'columns.csv', 'f.parquet', 'not.parquet');
    assert.equal(code, 3);
    assert.deepEqual(
      summary.incomplete.map(({ file, line, message }) => `${file}:${line}: ${message.replace(/\(.*\)/, '()')}`),
      [
        `cut.jsonl.gz:${lines.length + 1}: the file ends in the middle of its gzip data; copy or compress it again; nothing from this line on was read`,
        'rows.csv:2: this row has 2 cells, the first row 3; put cells that hold a comma or a line end in quotation marks',
        'columns.csv:1: there is no column "text"; the columns are "name", "body"; name the one with the text in "corpus.textField" or with --text-field',
        'not.parquet:1: not a Parquet file, or damaged (); write the file again',
      ],
    );
    for (const { message } of summary.incomplete) {
      assert.ok(stderr.includes(message));
    }
    const other = await scan('f.parquet', '--text-field', 'note', '--fail-on', 'none');
    assert.match(other.stderr, /f\.parquet:1:1: the column "note" is of type INT32, not text/);
  });

  it('are copied clean as they are, as far as they can be written', async () => {
    const { leaks } = await scan('a.jsonl');
    const leaking = new Set(leaks.map(({ record }) => record.index));
    const stay = <T>(parts: readonly T[]) => parts.filter((_, index) => !leaking.has(index));
    const { code, stderr } = await seep('export', 'clean', ...FILES.slice(1), '--output', 'clean');
    assert.equal(code, 0, stderr);
    const read = (name: string) => readFileSync(join(workspace.path, 'clean', name));
    assert.equal(read('b.csv').toString(), header(',') + stay(rows(',')).join(''));
    assert.equal(read('c.tsv').toString(), header('\t') + stay(rows('\t')).join(''));
    assert.equal(gunzipSync(read('d.csv.gz')).toString(), header(',') + stay(rows(',')).join(''));
    assert.equal(read('e.jsonl').toString(), stay(lines).join(''));
    assert.equal(
      read('f.jsonl').toString(),
      stay(texts.map((text, i) => `${JSON.stringify({ row: i + 1, id: `r${i}`, text })}\n`)).join(''),
    );
    assert.match(stderr, /e\.jsonl\.zst: zstd is not written: the copy is not compressed/);
    assert.match(stderr, /f\.parquet: Parquet is not written: the copy is JSONL with "row", "id" and "text"/);
    assertRefused(
      await runCli(['export', 'clean', 'f.parquet', '--output', 'x.parquet'], workspace.path),
      'seep: x.parquet: the clean copy of f.parquet cannot be written as such a file; name a file like f.clean.jsonl',
    );
    assert.ok(!existsSync(join(workspace.path, 'x.parquet')));
  });

  it('are exported with the places of their records', async () => {
    const { code, stdout, stderr } = await seep('export', 'masks', 'd.csv.gz', 'f.parquet');
    assert.equal(code, 0, stderr);
    const records = stdout
      .trimEnd()
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line) as { file: string; record: { index: number }; mask: unknown; sha256: string });
    const of = (file: string) =>
      records.filter((each) => each.file === file).map(({ record, mask, sha256 }) => [record.index, mask, sha256]);
    assert.ok(of('d.csv.gz').length >= 3);
    assert.deepEqual(of('f.parquet'), of('d.csv.gz'));
  });
});

/** Lines that the rows before take up. */
function linesBefore(index: number): number {
  return rows(',').slice(0, index).join('').split('\n').length - 1;
}
