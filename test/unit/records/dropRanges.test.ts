import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LineFormat } from '../../../src/core/records/corpusFormat';
import { dropRanges } from '../../../src/core/records/dropRanges';
import { readRecords } from '../../../src/core/records/readRecords';

/** The file without the records that `wanted` names by their numbers. */
function drop(text: string, format: LineFormat, ...wanted: readonly number[]): string {
  const ranges = readRecords(text, format, 'text')
    .records.filter(({ index }) => wanted.includes(index))
    .map(({ range }) => range);
  assert.equal(ranges.length, wanted.length);
  return dropRanges(text, ranges, format).reduceRight(
    (left, [start, end]) => left.slice(0, start) + left.slice(end),
    text,
  );
}

describe('dropping a record', () => {
  it('takes a JSONL line with its line end', () => {
    const text = '{"text":"a"}\r\n{"text":"b"}\r\n{"text":"c"}';
    assert.equal(drop(text, 'jsonl', 0), '{"text":"b"}\r\n{"text":"c"}');
    assert.equal(drop(text, 'jsonl', 1), '{"text":"a"}\r\n{"text":"c"}');
    assert.equal(drop(text, 'jsonl', 2), '{"text":"a"}\r\n{"text":"b"}');
    assert.equal(drop(`${text}\n`, 'jsonl', 2), '{"text":"a"}\r\n{"text":"b"}\r\n');
    assert.equal(drop('{"text":"a"}', 'jsonl', 0), '');
  });

  it('takes a paragraph with the blank lines behind it, at the end of the file with those in front', () => {
    const text = 'one\nmore\n\n \ntwo\n\nthree\n';
    assert.equal(drop(text, 'text', 0), 'two\n\nthree\n');
    assert.equal(drop(text, 'text', 1), 'one\nmore\n\n \nthree\n');
    assert.equal(drop(text, 'text', 2), 'one\nmore\n\n \ntwo\n');
    assert.equal(drop('one\n\ntwo', 'text', 1), 'one');
  });

  it('takes several at once, wherever they stand', () => {
    const text = '{"text":"a"}\n{"text":"b"}\n\n{"text":"c"}';
    assert.equal(drop(text, 'jsonl', 0, 1), '\n{"text":"c"}');
    assert.equal(drop(text, 'jsonl', 1, 2), '{"text":"a"}');
    assert.equal(drop(text, 'jsonl', 0, 2), '{"text":"b"}');
    assert.equal(drop(text, 'jsonl', 0, 1, 2), '');
    assert.equal(drop('one\n\ntwo\n\n\nthree\n', 'text', 1, 2), 'one\n');
  });

  it('takes all lines of a row', () => {
    const text = 'text,id\n"a\nb",1\n\nc,2\n"d",3';
    assert.equal(drop(text, 'csv', 0), 'text,id\n\nc,2\n"d",3');
    assert.equal(drop(text, 'csv', 2), 'text,id\n"a\nb",1\n\nc,2');
  });

  const pieces = {
    jsonl: fc.constantFrom('{"text":"a"}\n', '{"text":"b"}\r\n', '\n', '  \n', '{"text":"c"}\n'),
    text: fc.constantFrom('a\n', 'b\r\n', '\n', ' \r\n', 'c d\n', '\n\n'),
    csv: fc.constantFrom('a\n', '"b\n"\r\n', '\n', ' \n', 'c,1\n', '"\n\n"\n', '"a"b\n'),
  };
  const lastPieces = { jsonl: '{"text":"z"}', text: 'z', csv: 'z' };
  for (const format of ['jsonl', 'text', 'csv'] as const) {
    it(`leaves every other record of a ${format} file as it was, and the file's final line end`, () => {
      const body = fc.array(pieces[format], { maxLength: 10 });
      const head = format === 'csv' ? 'text\n' : '';
      const file = fc
        .tuple(body, fc.constantFrom('', '\n', lastPieces[format]))
        .map(([lines, last]) => head + lines.join('') + last);
      fc.assert(
        fc.property(file, fc.array(fc.nat(), { minLength: 1 }), (text, picks) => {
          const before = readRecords(text, format, 'text').records;
          fc.pre(before.length > 0);
          const gone = new Set(picks.map((pick) => pick % before.length));
          const left = drop(text, format, ...gone);
          assert.deepEqual(
            readRecords(left, format, 'text').records.map((record) => record.text),
            before.filter(({ index }) => !gone.has(index)).map((record) => record.text),
          );
          if (before.length > gone.size) {
            assert.equal(left.endsWith('\n'), text.endsWith('\n'));
          }
        }),
        { numRuns: 2000 },
      );
    });
  }
});
