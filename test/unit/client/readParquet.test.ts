import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { CompressionCodec } from 'hyparquet';
import { type ColumnSource, type ParquetWriteOptions, parquetWriteFile } from 'hyparquet-writer';
import type { FilePoint } from '../../../src/client/corpusChunk';
import { readCorpus } from '../../../src/client/readCorpus';
import type { Problem } from '../../../src/core/errors';
import { placeInFile } from '../../../src/core/records/place';
import type { CorpusRecord } from '../../../src/core/records/record';
import { repoRoot } from '../../repoRoot';
import { temporaryFolder } from '../temporaryFolder';
import { storedZstd } from './storedZstd';

const fixtures = join(repoRoot, 'test/fixtures/corpora');
const texts = JSON.parse(readFileSync(join(fixtures, 'texts.json'), 'utf8')) as (string | null)[];

const PACK: Partial<Record<CompressionCodec, (page: Uint8Array) => Uint8Array>> = {
  GZIP: (page) => gzipSync(page),
  BROTLI: (page) => brotliCompressSync(page),
  ZSTD: (page) => storedZstd(page),
};

describe('reading Parquet', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  function written(columnData: ColumnSource[], options: Partial<ParquetWriteOptions> = {}): string {
    const filename = join(folder.path, 'a.parquet');
    parquetWriteFile({ filename, columnData, compressors: PACK, ...options });
    return filename;
  }

  async function read(path: string, textField = 'text', from?: FilePoint) {
    const records: CorpusRecord[] = [];
    const problems: Problem[] = [];
    const points: FilePoint[] = [];
    let bytes = 0;
    for await (const chunk of readCorpus(path, 'parquet', textField, from ? { from } : {})) {
      records.push(...chunk.records);
      problems.push(...chunk.problems);
      points.push(...(chunk.next === null ? [] : [chunk.next]));
      assert.ok(chunk.bytes >= bytes);
      bytes = chunk.bytes;
    }
    return { records, problems, points, bytes };
  }

  const NO_TEXT = 'there is no text in this row; fill it or leave it out';

  for (const name of ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'plain', 'pages2', 'large']) {
    it(`gives every row what Arrow wrote (${name})`, async () => {
      const path = join(fixtures, `${name}.parquet`);
      const { records, problems, bytes } = await read(path);
      let index = 0;
      const expected = texts.flatMap((text, row) => {
        if (text === null) {
          return [];
        }
        const id = name === 'large' ? String(index) : String(2n ** 60n + BigInt(row));
        return [{ index: index++, id, line: row + 1, text }];
      });
      assert.deepEqual(
        records.map(({ index: at, id, line, text }) => ({ index: at, id, line, text })),
        expected,
      );
      assert.deepEqual(
        problems,
        texts.flatMap((text, row) => (text === null ? [{ line: row + 1, column: 1, message: NO_TEXT }] : [])),
      );
      assert.equal(bytes, readFileSync(path).length);
    });
  }

  it('gives any texts back, whatever the codec, the pages and the row groups', async () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'again', null, '\ud83d\ude00', '\ufeff'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.constantFrom<CompressionCodec>('UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        async (rows, codec, rowGroupSize, pageSize, isPlain) => {
          const path = written(
            [
              { name: 'other', data: rows.map((_, row) => row), type: 'INT32' },
              { name: 'text', data: rows, type: 'STRING', ...(isPlain ? { encoding: 'PLAIN' } : {}) },
            ],
            { codec, rowGroupSize, pageSize },
          );
          const { records, problems } = await read(path);
          const found = new Map(records.map(({ line, text }) => [line, text]));
          assert.deepEqual(
            rows.map((_, row) => found.get(row + 1) ?? null),
            rows,
          );
          assert.equal(problems.length, rows.filter((text) => text === null).length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('hands over pieces of a large row group, and goes on from any of them', async () => {
    const rows = Array.from({ length: 3000 }, (_, row) => `${row} ${'x'.repeat(10_000)}`);
    const path = written([{ name: 'text', data: rows, type: 'STRING', encoding: 'PLAIN' }], { rowGroupSize: 2500 });
    const { records, points, problems } = await read(path);
    assert.deepEqual(problems, []);
    assert.ok(records.every(({ text }, row) => text === rows[row]));
    assert.equal(records.length, 3000);
    assert.ok(points.length > 10);
    for (const point of points.filter((_, i) => i % 5 === 1)) {
      const rest = await read(path, 'text', point);
      assert.deepEqual(rest.records, records.slice(point.index));
    }
  });

  it('says where a record stands by its row and its own text', async () => {
    const { records } = await read(join(fixtures, 'snappy.parquet'));
    const record = records[6] ?? assert.fail();
    assert.equal(record.text, 'Row 6: „Größe“ is 36 😀\r\nand more.');
    assert.deepEqual(placeInFile(record, 27), { line: 7, column: 28 });
  });

  it('says which columns there are, and why one is no text', async () => {
    const path = join(fixtures, 'snappy.parquet');
    const fault = async (field: string) => {
      const { records, problems } = await read(path, field);
      assert.deepEqual(records, []);
      assert.equal(problems.length, 1);
      return problems[0]?.message;
    };
    assert.equal(
      await fault('body'),
      'there is no column "body"; the columns are "more", "text", "id", "meta"; name the one with the text in "corpus.textField" or with --text-field',
    );
    assert.match((await fault('meta.body')) ?? '', /^there is no column "meta.body"/);
    assert.equal(await fault('meta'), NESTED('meta'));
    assert.equal(await fault('more'), NESTED('more'));
    assert.equal(
      await fault('id'),
      'the column "id" is of type INT64, not text; write the texts into a column of their own',
    );
  });

  it('reads texts called "id", and ids of other kinds', async () => {
    const path = written([
      { name: 'id', data: ['a', null, 'c'], type: 'STRING' },
      { name: 'text', data: ['x', 'y', 'z'], type: 'STRING' },
    ]);
    assert.deepEqual(
      (await read(path)).records.map(({ id, text }) => [id, text]),
      [
        ['a', 'x'],
        ['1', 'y'],
        ['c', 'z'],
      ],
    );
    assert.deepEqual(
      (await read(path, 'id')).records.map(({ text, line }) => [text, line]),
      [
        ['a', 1],
        ['c', 3],
      ],
    );
    const odd = written([
      { name: 'text', data: ['x', 'y'], type: 'STRING' },
      { name: 'id', data: [1.5, 2], type: 'DOUBLE' },
    ]);
    assert.deepEqual(
      (await read(odd)).records.map(({ id }) => id),
      ['1.5', '2'],
    );
  });

  it('reports rows that are not UTF-8, and reads the others', async () => {
    const data = ['good', Uint8Array.from([0x67, 0xf6]), 'also good'].map((each) => Buffer.from(each as string));
    const { records, problems } = await read(written([{ name: 'text', data, type: 'BYTE_ARRAY' }]));
    assert.deepEqual(
      records.map(({ text }) => text),
      ['good', 'also good'],
    );
    assert.deepEqual(problems, [{ line: 2, column: 1, message: 'not valid UTF-8; write it as UTF-8' }]);
  });

  it('reports a damaged row group, and reads the others', async () => {
    const bytes = readFileSync(join(fixtures, 'none.parquet'));
    // The page header right behind the magic bytes of the file.
    const at = bytes.indexOf('Row 102');
    assert.ok(at > 0);
    bytes.fill(0xff, at - 400, at);
    const path = join(folder.path, 'damaged.parquet');
    writeFileSync(path, bytes);
    const { records, problems } = await read(path);
    const lines = records.map(({ line }) => line);
    assert.ok(lines.includes(1) && lines.includes(100) && lines.includes(250));
    assert.ok(!lines.includes(150));
    const found = problems.find(({ message }) => message !== NO_TEXT);
    assert.equal(found?.line, 101);
    assert.match(
      found?.message ?? '',
      /^from here to row 200 the row group cannot be read: it is damaged, or packed in a way that is not read \(.*\); write the file again$/,
    );
  });

  it('makes nothing but problems of whatever has been done to a file', async () => {
    const good = readFileSync(join(fixtures, 'snappy.parquet'));
    const path = join(folder.path, 'bad.parquet');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.option(fc.nat(good.length), { nil: good.length, freq: 8 }),
        async (changes, length) => {
          const bad = Buffer.from(good);
          for (const [at, byte] of changes) {
            bad[at] = byte;
          }
          writeFileSync(path, bad.subarray(0, length));
          const { problems } = await read(path);
          assert.ok(problems.length > 0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('says that a file is no Parquet', async () => {
    for (const content of ['', 'text', 'PAR1 but nothing else PAR1']) {
      const path = join(folder.path, 'text.parquet');
      writeFileSync(path, content);
      const { problems } = await read(path);
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? '', /^not a Parquet file, or damaged \(.*\); write the file again$/);
    }
    await assert.rejects(read(join(folder.path, 'none.parquet')), { code: 'ENOENT' });
  });

  it('ends when it is cancelled', async () => {
    const path = join(folder.path, 'cancelled.parquet');
    copyFileSync(join(fixtures, 'zstd.parquet'), path);
    const reading = (async () => {
      for await (const _ of readCorpus(path, 'parquet', 'text', { signal: AbortSignal.abort() })) {
        assert.fail();
      }
    })();
    await assert.rejects(reading, { name: 'AbortError' });
  });
});

function NESTED(name: string): string {
  return `the column "${name}" is a list or structure, not text; write the texts into a column of their own`;
}
