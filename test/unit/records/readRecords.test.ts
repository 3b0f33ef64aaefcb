import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeInFile } from '../../../src/core/records/place';
import { readRecords } from '../../../src/core/records/readRecords';
import type { CorpusRecord } from '../../../src/core/records/record';
import { toSource, toText } from '../../../src/core/records/sourceMap';
import { writtenString } from './jsonString';

/** What a stretch of a JSON string's source decodes to. */
const decodeSource = (source: string) => JSON.parse(`"${source}"`) as string;

function only(text: string, field = 'text'): CorpusRecord {
  const { records, problems } = readRecords(text, 'jsonl', field);
  assert.deepEqual(problems, []);
  const [record] = records;
  assert.ok(record !== undefined && records.length === 1);
  return record;
}

describe('reading JSONL', function () {
  this.timeout(30_000);
  it('maps every unit of a text to the source that stands for it, however it is escaped', () => {
    const surroundings = fc.record({
      bom: fc.constantFrom('', '\ufeff'),
      before: fc.constantFrom('{', '{"id": "a\\n😀", ', ' \t{"n": [1, {"text": "no"}], '),
      after: fc.constantFrom('}', ', "more": "\\\\"}', ' } \t', ', "x": {"text": 1}}\r\n', '}\n{"text": "next"}\n'),
    });
    fc.assert(
      fc.property(writtenString, surroundings, ({ text, sources }, { bom, before, after }) => {
        const file = `${bom}${before}"text": "${sources.join('')}"${after}`;
        const { records, problems } = readRecords(file, 'jsonl', 'text');
        const [record] = records;
        assert.deepEqual(problems, []);
        assert.ok(record !== undefined);
        assert.equal(record.text, text);
        assert.equal(record.source.textLength, text.length);

        let at = bom.length + before.length + '"text": "'.length;
        for (const [unit, source] of sources.entries()) {
          assert.equal(toSource(record.source, unit), at, `start of unit ${unit}`);
          for (let inside = 0; inside < source.length; inside++) {
            assert.equal(toText(record.source, at + inside), unit, `source unit ${inside} of unit ${unit}`);
          }
          at += source.length;
        }
        assert.equal(toSource(record.source, text.length), at);
        assert.equal(toText(record.source, at), text.length);
        // Segments are merged: never more than one for each escape, and one.
        assert.ok(record.source.textStarts.length <= 1 + sources.filter((source) => source.length > 1).length);
      }),
      { numRuns: 500 },
    );
  });

  it('cuts sources that decode to the slice of the text', () => {
    fc.assert(
      fc.property(writtenString, fc.nat(), fc.nat(), ({ text, sources }, one, other) => {
        const a = one % (text.length + 1);
        const b = other % (text.length + 1);
        const [start, end] = a < b ? [a, b] : [b, a];
        const file = `{"text":"${sources.join('')}"}`;
        const { source } = only(file);
        const cut = file.slice(toSource(source, start), toSource(source, end));
        assert.equal(decodeSource(cut), text.slice(start, end));
      }),
      { numRuns: 500 },
    );
  });

  it('clamps offsets out of range', () => {
    const { source } = only('{"text": "a\\nb"}');
    assert.deepEqual(
      [-1, 0, 3, 99].map((offset) => toSource(source, offset)),
      [10, 10, 14, 14],
    );
    assert.deepEqual(
      [0, 9, 10, 14, 99].map((offset) => toText(source, offset)),
      [0, 0, 0, 3, 3],
    );
    const empty = only('{"text": ""}');
    assert.deepEqual([toSource(empty.source, 0), toText(empty.source, 10), empty.text], [10, 0, '']);
  });

  it('counts records, lines and ranges through blank lines, CR LF, a byte-order mark and a missing last line end', () => {
    const lines = ['\ufeff{"text": "one"}\r\n', '\r\n', '   \t\n', '{"text": "two"}  \r\n', '\n', '{"text": "three"}'];
    const file = lines.join('');
    const { records, problems } = readRecords(file, 'jsonl', 'text');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      records.map(({ index, id, line, text, range }) => ({ index, id, line, text, at: file.slice(...range) })),
      [
        { index: 0, id: '0', line: 1, text: 'one', at: '{"text": "one"}' },
        { index: 1, id: '1', line: 4, text: 'two', at: '{"text": "two"}  ' },
        { index: 2, id: '2', line: 6, text: 'three', at: '{"text": "three"}' },
      ],
    );
    for (const { text, source } of records) {
      assert.equal(file.slice(toSource(source, 0), toSource(source, text.length)), text);
    }
  });

  it('does not take U+2028, U+2029, U+0085 or a form feed for line ends', () => {
    const { text, line } = only('{"text": "a\u2028b\u2029c\u0085d"}\n');
    assert.deepEqual([text, line], ['a\u2028b\u2029c\u0085d', 1]);
  });

  it("takes the record's own id, numbers as they are written", () => {
    const file =
      '{"id":"x-1","text":""}\n{"id":12345678901234567890,"text":""}\n{"id":null,"text":""}\n{"id":{"a":1},"text":""}\n';
    assert.deepEqual(
      readRecords(file, 'jsonl', 'text').records.map(({ id }) => id),
      ['x-1', '12345678901234567890', '2', '3'],
    );
  });

  it('follows paths into objects and lists, and prefers a key with a dot in it', () => {
    const nested = '{"data": {"text": "deep"}, "messages": [{"content": "first"}, {"content": "second"}]}';
    assert.equal(only(nested, 'data.text').text, 'deep');
    assert.equal(only(nested, 'messages.1.content').text, 'second');
    assert.equal(only('{"data": {"text": "deep"}, "data.text": "flat"}', 'data.text').text, 'flat');
    assert.equal(only('{"a": {"b.c": "x"}}', 'a.b.c').text, 'x');
    assert.equal(only('{"a.b": {"d": 1}, "a": {"b": {"c": "x"}}}', 'a.b.c').text, 'x');
    assert.equal(only('{"a": {"": "x"}}', 'a.').text, 'x');
    assert.equal(only('{"0": "x"}', '0').text, 'x');
  });

  it('takes the last of equal keys, as JSON.parse does, and points at that one', () => {
    const file = '{"text": "first", "text": "la\\u0073t", "t\\u0065xt": "very last"}';
    const { text, source } = only(file);
    assert.equal(text, (JSON.parse(file) as { text: string }).text);
    assert.equal(file.slice(toSource(source, 0), toSource(source, text.length)), 'very last');
  });

  it('says what is wrong with a line, where, and reads the others', () => {
    const file = [
      '{"text": "good 1"}',
      '{"text": "broken',
      '{"body": "x", "id": 3}',
      '  {"text": 12}',
      '["text"]',
      '"text"',
      '{"text": null}',
      '{"text": "a"} trailing',
      '{}',
      '{"text": "good 2"}',
    ].join('\r\n');
    const { records, problems } = readRecords(file, 'jsonl', 'text');
    assert.deepEqual(
      records.map(({ index, line, text }) => [index, line, text]),
      [
        [0, 1, 'good 1'],
        [1, 10, 'good 2'],
      ],
    );
    assert.deepEqual(
      problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
      [
        '2:10 not JSON: the string that starts here is not closed',
        '3:1 there is no field "text" here; it has "body", "id"',
        '4:12 the field "text" is a number, not a string',
        '5:1 there is no field "text" here; this line is a list of 1',
        '6:1 this line is a string; it must be an object with the text in "text"',
        '7:10 the field "text" is null, not a string',
        '8:15 not JSON: nothing may follow the value, but trailing does',
        '9:1 there is no field "text" here; the object is empty',
      ],
    );
  });

  it('counts columns behind a byte-order mark', () => {
    assert.equal(readRecords('\ufeff{"text": 1}', 'jsonl', 'text').problems[0]?.column, 10);
  });

  it('reads nothing from an empty file', () => {
    for (const text of ['', '\ufeff', '\n\r\n']) {
      assert.deepEqual(readRecords(text, 'jsonl', 'text'), { records: [], problems: [] });
      assert.deepEqual(readRecords(text, 'text', 'text'), { records: [], problems: [] });
    }
  });

  it('needs time in proportion to the size', function () {
    this.timeout(20_000);
    const seconds = (file: string) => {
      const start = process.hrtime.bigint();
      readRecords(file, 'jsonl', 'text');
      return Number(process.hrtime.bigint() - start) / 1e9;
    };
    const escapes = (units: number) =>
      `{"text": "${'\\u0041\\n"x'.replace('"', '\\"').repeat(units)}", "tail": "\\\\"}\n`;
    const plain = (units: number) => `{"text": "${'lorem ipsum '.repeat(units)}"}\n`;
    const many = (lines: number) => '{"text": "a\\nb", "id": 7}\n'.repeat(lines);
    for (const make of [escapes, plain, many]) {
      seconds(make(5_000));
      const small = Math.max(0.002, seconds(make(20_000)));
      const large = seconds(make(160_000));
      // 8 times the size; a quadratic reader would need 64 times as long.
      assert.ok(large < small * 30, `${make.name}: ${small} s, then ${large} s`);
    }
  });
});

describe('reading text', function () {
  this.timeout(30_000);
  it('cuts paragraphs at blank lines and leaves them as they are', () => {
    const file = '\ufeff\n  \r\nOne\nline two \r\n\t\n\n\u3000\n  indented\r\n\r\nlast\u2028still';
    const { records, problems } = readRecords(file, 'text', 'ignored');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      records.map(({ index, id, line, text }) => ({ index, id, line, text })),
      [
        { index: 0, id: '0', line: 3, text: 'One\nline two ' },
        { index: 1, id: '1', line: 8, text: '  indented' },
        { index: 2, id: '2', line: 10, text: 'last\u2028still' },
      ],
    );
    for (const { text, range, source } of records) {
      assert.equal(file.slice(...range), text);
      assert.equal(file.slice(toSource(source, 1), toSource(source, text.length)), text.slice(1));
    }
  });

  it('starts behind a byte-order mark', () => {
    const [record] = readRecords('\ufeffText', 'text', '').records;
    assert.deepEqual([record?.text, record?.range], ['Text', [1, 5]]);
  });

  it('gives Markdown no treatment of its own', () => {
    const file = '---\ntitle: x\n---\n\n# Head\n\n```js\na\n\nb\n```\n';
    assert.deepEqual(
      readRecords(file, 'text', '').records.map(({ text }) => text),
      ['---\ntitle: x\n---', '# Head', '```js\na', 'b\n```'],
    );
  });

  it('loses nothing but white space, whatever the text', () => {
    const line = fc.constantFrom('\n', '\r\n', 'a\n', ' b \r\n', '\t\n', 'é\u2028\n', '😀', '\u0085\n', '\r');
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const file = lines.join('');
        const { records } = readRecords(file, 'text', '');
        let end = 0;
        for (const { text, range } of records) {
          assert.equal(file.slice(end, range[0]).trim(), '');
          assert.equal(file.slice(...range), text);
          assert.ok(!/\n[\s]*\n/.test(text) && text.trim() !== '');
          end = range[1];
        }
        assert.equal(file.slice(end).trim(), '');
      }),
    );
  });
});

describe('places in a file', () => {
  it('are lines of the file in a paragraph, and columns of the one line in JSONL', () => {
    const [, paragraph] = readRecords('x\n\nab\r\ncd', 'text', '').records;
    const [record] = readRecords('\n{"text": "ab\\ncd"}', 'jsonl', 'text').records;
    assert.ok(paragraph && record);
    assert.deepEqual(
      [0, 1, 4, 5, 6].map((at) => placeInFile(paragraph, at)),
      [
        { line: 3, column: 1 },
        { line: 3, column: 2 },
        { line: 4, column: 1 },
        { line: 4, column: 2 },
        { line: 4, column: 3 },
      ],
    );
    assert.deepEqual(
      [0, 3, 5].map((at) => placeInFile(record, at)),
      [
        { line: 2, column: 11 },
        { line: 2, column: 15 },
        { line: 2, column: 17 },
      ],
    );
  });
});
