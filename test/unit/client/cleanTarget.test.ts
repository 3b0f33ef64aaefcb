import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cleanName, cleanNote, openCleanOutput } from '../../../src/client/cleanTarget';
import type { CorpusFile } from '../../../src/client/corpusFiles';
import { formatOf } from '../../../src/core/records/corpusFormat';
import { temporaryFolder } from '../temporaryFolder';

describe('where a clean copy goes', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const source = (file: string): CorpusFile => ({
    path: `/c/${file}`,
    file,
    format: formatOf(file) ?? 'text',
    bytes: 1,
  });
  const open = (name: string, from: string) => openCleanOutput(join(folder.path, name), name, source(from), []);

  it('is named after the file, with an ending that can be written', () => {
    const names = ['c/a.jsonl', 'a.b.csv', 'a.TXT.GZ', 'a.jsonl.zst', 'a.parquet', '.md', 'a'];
    assert.deepEqual(
      names.map((name) => cleanName(name)),
      ['a.jsonl', 'a.b.csv', 'a.TXT.GZ', 'a.jsonl', 'a.jsonl', '.md', 'a'],
    );
    assert.deepEqual(
      names.map((name) => cleanName(name, '.clean')),
      ['a.clean.jsonl', 'a.b.clean.csv', 'a.clean.TXT.GZ', 'a.clean.jsonl', 'a.clean.jsonl', '.clean.md', 'a.clean'],
    );
  });

  it('is said where the copy is not like its source', () => {
    assert.match(cleanNote(source('a.parquet'), 'body') ?? '', /JSONL with "row", "id" and "body"/);
    assert.match(cleanNote(source('a.csv.zst'), 'text') ?? '', /zstd is not written/);
    assert.equal(cleanNote(source('a.csv.gz'), 'text'), null);
  });

  it('is compressed where its name ends in .gz', async () => {
    const output = await open('a.jsonl.gz', 'a.jsonl');
    const lines = Array.from({ length: 30_000 }, (_, i) => `line ${i} é\n`);
    for (const line of lines) {
      await output.write(line);
    }
    assert.ok(!existsSync(join(folder.path, 'a.jsonl.gz')));
    await output.commit();
    assert.equal(gunzipSync(readFileSync(join(folder.path, 'a.jsonl.gz'))).toString(), lines.join(''));
    await output.discard();
    const empty = await open('b.jsonl.gz', 'a.jsonl');
    await empty.commit();
    assert.equal(gunzipSync(readFileSync(join(folder.path, 'b.jsonl.gz'))).toString(), '');
  });

  it('is left as it was when the copy is not completed', async () => {
    const path = join(folder.path, 'kept.txt.gz');
    writeFileSync(path, 'before');
    const before = readdirSync(folder.path);
    const output = await open('kept.txt.gz', 'a.txt');
    await output.write('text');
    await output.discard();
    assert.equal(readFileSync(path, 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder.path), before);
  });

  it('is refused where the name promises what is not written', async () => {
    const refused = (name: string, from: string, mend: string) =>
      assert.rejects(open(name, from), {
        name: 'SeepError',
        message: `${name}: the clean copy of ${from} cannot be written as such a file; name a file like ${mend}`,
      });
    await refused('x.parquet', 'a.parquet', 'a.clean.jsonl');
    await refused('x.jsonl.zst', 'a.jsonl.zst', 'a.clean.jsonl');
    await refused('x.csv', 'a.parquet', 'a.clean.jsonl');
    await refused('x.jsonl', 'a.csv.gz', 'a.clean.csv.gz');
    await (await open('x.md', 'a.txt')).discard();
    await (await open('x.out', 'a.parquet')).discard();
  });
});
