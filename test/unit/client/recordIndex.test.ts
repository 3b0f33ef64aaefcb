import assert from 'node:assert/strict';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteFile } from 'hyparquet-writer';
import { corpusFile } from '../../../src/client/corpusFiles';
import { readCorpus } from '../../../src/client/readCorpus';
import { RecordIndex } from '../../../src/client/recordIndex';
import type { CorpusRecord } from '../../../src/core/records/record';
import { temporaryFolder } from '../temporaryFolder';
import { storedZstd } from './storedZstd';

const COUNT = 2000;

const WRITERS: Readonly<Record<string, (path: string) => void>> = {
  'a.jsonl': (path) => writeFileSync(path, jsonLines()),
  'a.md': (path) =>
    writeFileSync(
      path,
      numbers((i) => `paragraph ${i}\nin two lines\n\n`),
    ),
  'a.csv': (path) =>
    writeFileSync(path, `\ufeff\n"id";"te\nxt";text\n${numbers((i) => `${i};x;"é ""${i}""\n\n"\n${bad(i)}`)}`),
  'a.tsv.zst': (path) =>
    writeFileSync(path, storedZstd(Buffer.from(`text\tid\n${numbers((i) => `text ${i}\tid ${i}\n`)}`))),
  'a.jsonl.gz': (path) => writeFileSync(path, gzipSync(jsonLines())),
  'a.parquet': (path) => {
    const data = Array.from({ length: COUNT }, (_, i) => (i % 7 === 0 ? null : `row ${i}`));
    parquetWriteFile({ filename: path, columnData: [{ name: 'text', data, type: 'STRING' }], rowGroupSize: 700 });
  },
};

/** Now and then a row that is none. */
function bad(i: number): string {
  return i % 10 === 0 ? 'bad\n' : '';
}

function jsonLines(): string {
  return `\ufeff${numbers((i) => `${JSON.stringify({ id: `r${i}`, text: `é\n${i}` })}\r\n${i % 5 === 0 ? '\n?\n' : ''}`)}`;
}

function numbers(write: (i: number) => string): string {
  return Array.from({ length: COUNT }, (_, i) => write(i)).join('');
}

describe('an index of records', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  async function indexed(name: string, maxPoints?: number) {
    const path = join(folder.path, name);
    const file = (await corpusFile(path, name)) ?? assert.fail();
    const index = await RecordIndex.begin(file, 'text', maxPoints);
    const records: CorpusRecord[] = [];
    for await (const chunk of readCorpus(path, file.format, 'text')) {
      index.add(chunk);
      records.push(...chunk.records);
    }
    return { index, records };
  }

  for (const [name, write] of Object.entries(WRITERS)) {
    it(`finds any records of ${name} again, with their places, from few points or many`, async () => {
      write(join(folder.path, name));
      for (const maxPoints of [undefined, 2]) {
        const { index, records } = await indexed(name, maxPoints);
        assert.equal(index.records, records.length);
        assert.ok(records.length > 1500 && index.points > 0 && index.points <= (maxPoints ?? 100));
        await fc.assert(
          fc.asyncProperty(fc.nat(COUNT + 10), fc.nat(600), async (first, count) => {
            assert.deepEqual(await index.read(first, count), records.slice(first, first + count));
          }),
          { numRuns: 8 },
        );
      }
    });
  }

  for (const [name, write] of Object.entries(WRITERS)) {
    it(`finds the records of ${name} by any of their lines`, async () => {
      write(join(folder.path, name));
      const { index, records } = await indexed(name);
      for (const wanted of [0, 1, 699, 1501].map((at) => records[at] ?? assert.fail())) {
        for (let line = wanted.line; line < wanted.line + wanted.lines; line++) {
          assert.deepEqual(await index.readAtLine(line), wanted);
        }
      }
      assert.equal(await index.readAtLine(100_000), undefined);
    });
  }

  it('finds no record at a line that holds none', async () => {
    writeFileSync(join(folder.path, 'gaps.jsonl'), jsonLines());
    const { index } = await indexed('gaps.jsonl');
    assert.equal((await index.readAtLine(1))?.id, 'r0');
    assert.equal(await index.readAtLine(2), undefined, 'blank');
    assert.equal(await index.readAtLine(3), undefined, 'no JSON');
    assert.equal((await index.readAtLine(4))?.id, 'r1');
  });

  it('refuses a file that has changed', async () => {
    const path = join(folder.path, 'changing.jsonl');
    writeFileSync(path, jsonLines());
    const { index, records } = await indexed('changing.jsonl');
    assert.deepEqual(await index.read(5, 1), records.slice(5, 6));
    const { atime, mtime } = statSync(path);
    utimesSync(path, atime, new Date(mtime.getTime() + 5000));
    await assert.rejects(index.read(5, 1), /changing\.jsonl: has changed since it was read; read it again/);
  });
});
