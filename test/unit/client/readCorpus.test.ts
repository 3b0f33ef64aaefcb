import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readCorpus } from '../../../src/client/readCorpus';
import type { Problem } from '../../../src/core/errors';
import type { LineFormat } from '../../../src/core/records/corpusFormat';
import { readRecords } from '../../../src/core/records/readRecords';
import type { CorpusRecord } from '../../../src/core/records/record';
import { temporaryFolder } from '../temporaryFolder';

describe('reading a corpus file piece by piece', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();

  function file(content: string | Uint8Array, name = 'corpus.jsonl'): string {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  }

  async function all(path: string, format: LineFormat, maxLineBytes?: number) {
    const records: CorpusRecord[] = [];
    const problems: Problem[] = [];
    let chunks = 0;
    let bytes = 0;
    for await (const chunk of readCorpus(path, format, 'text', maxLineBytes === undefined ? {} : { maxLineBytes })) {
      assert.ok(chunk.bytes >= bytes);
      records.push(...chunk.records);
      problems.push(...chunk.problems);
      bytes = chunk.bytes;
      chunks++;
    }
    return { records, problems, chunks, bytes };
  }

  it('gives the same records and problems as reading all at once', async () => {
    const line = fc.constantFrom(
      '{"text": "é😀\u2028"}\n',
      '{"text": "a\\nb", "id": 5}\r\n',
      '\n',
      ' \r\n',
      'broken\n',
      'plain text\n',
      '\ufeff',
      'x',
      '{"text": "last"}',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom<LineFormat>('jsonl', 'text'),
        async (lines, format) => {
          const text = lines.join('');
          const { records, problems } = await all(file(text), format);
          assert.deepEqual({ records, problems }, readRecords(text, format, 'text'));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('hands over chunks, whatever the size of the file, and puts lines together across reads', async () => {
    const long = JSON.stringify({ text: 'é😀x'.repeat(100_000) });
    const lines = Array.from({ length: 2000 }, (_, i) =>
      JSON.stringify({ id: i, text: `record ${i} ${'ü'.repeat(200)}` }),
    );
    lines.splice(1000, 0, long);
    const text = `${lines.join('\n')}\n`;
    const { records, problems, chunks, bytes } = await all(file(text), 'jsonl');
    assert.deepEqual({ records, problems }, readRecords(text, 'jsonl', 'text'));
    assert.ok(chunks > 5, `${chunks} chunks`);
    assert.ok(bytes <= Buffer.byteLength(text));
  });

  it('stops at a byte that is not UTF-8 and says which; the lines before stand', async () => {
    const head = Buffer.from('\n{"text": "größe"}\n');
    const bytes = Buffer.concat([head, Buffer.from('{"text": "gr\xf6\xdfe"}\n{"text": "after"}\n', 'latin1')]);
    const { records, problems } = await all(file(bytes), 'jsonl');
    assert.deepEqual(
      records.map(({ text }) => text),
      ['größe'],
    );
    assert.deepEqual(problems, [
      {
        line: 3,
        column: 1,
        message: `not valid UTF-8 at byte ${head.length + 12}; save the file as UTF-8; nothing from this line on was read`,
      },
    ]);
  });

  it('does not score half a paragraph', async () => {
    const bytes = Buffer.from('whole\n\nhalf of a\nparagra\xe9ph\n\nafter\n', 'latin1');
    const { records, problems } = await all(file(bytes, 'a.txt'), 'text');
    assert.deepEqual(
      records.map(({ text }) => text),
      ['whole'],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [4],
    );
  });

  it('knows UTF-16 when it sees it', async () => {
    const { problems } = await all(file(Buffer.from('\ufeff{"text": "x"}\n', 'utf16le')), 'jsonl');
    assert.match(problems[0]?.message ?? '', /byte 0 \(it looks like UTF-16\)/);
  });

  it('passes over lines that are too long and goes on behind them', async () => {
    const text = `{"text": "a"}\n{"text": "${'x'.repeat(600_000)}"}\n{"text": "b"}\n`;
    const { records, problems } = await all(file(text), 'jsonl', 1000);
    assert.deepEqual(
      records.map(({ line, text: each }) => [line, each]),
      [
        [1, 'a'],
        [3, 'b'],
      ],
    );
    assert.deepEqual(problems, [{ line: 2, column: 1, message: 'the line is longer than 1,000 bytes' }]);
    const paragraphs = await all(file(`one\n\ntwo\n${'x'.repeat(2000)}\ntwo too\n\nthree`, 'a.txt'), 'text', 1000);
    assert.deepEqual(
      paragraphs.records.map(({ text: each }) => each),
      ['one', 'three'],
    );
    assert.deepEqual(
      paragraphs.problems.map(({ line }) => line),
      [4],
    );
  });

  it('reads nothing from an empty file, and rejects for a missing one', async () => {
    assert.deepEqual(await all(file(''), 'jsonl'), { records: [], problems: [], chunks: 1, bytes: 0 });
    await assert.rejects(all(join(folder.path, 'none.jsonl'), 'jsonl'), { code: 'ENOENT' });
  });
});
