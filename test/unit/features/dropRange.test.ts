import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LineFormat } from '../../../src/core/records/corpusFormat';
import { readRecords } from '../../../src/core/records/readRecords';
import { dropRange } from '../../../src/features/dropRange';

function drop(text: string, format: LineFormat, index: number): string {
  const record = readRecords(text, format, 'text').records[index];
  assert.ok(record);
  const [start, end] = dropRange(text, ...record.range, format);
  return text.slice(0, start) + text.slice(end);
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
        fc.property(file, fc.nat(), (text, pick) => {
          const before = readRecords(text, format, 'text').records;
          fc.pre(before.length > 0);
          const index = pick % before.length;
          const left = drop(text, format, index);
          assert.deepEqual(
            readRecords(left, format, 'text').records.map((record) => record.text),
            before.toSpliced(index, 1).map((record) => record.text),
          );
          if (before.length > 1) {
            assert.equal(left.endsWith('\n'), text.endsWith('\n'));
          }
        }),
        { numRuns: 2000 },
      );
    });
  }
});
