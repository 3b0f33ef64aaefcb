import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readRecords } from '../../../src/core/records/readRecords';
import { mergedSpans, redactedSpan, writtenIn } from '../../../src/core/records/redactedSpan';
import { toSource } from '../../../src/core/records/sourceMap';

describe('what is redacted', () => {
  const text = 'The Kamitel site is in Port Vandor. 新しい都市です';
  const redacted = (part: string, answer: string) => {
    const start = text.indexOf(part);
    assert.ok(start >= 0);
    const span = redactedSpan(text, { start, end: start + part.length }, answer);
    return span && text.slice(span.start, span.end);
  };

  it('is the whole answer where the text states it', () => {
    assert.equal(redacted(' Port', 'Port Vandor'), 'Port Vandor');
    assert.equal(redacted('dor', 'port vandor'), 'Port Vandor');
    assert.equal(redacted(' Vandor.', 'Vandor'), 'Vandor');
  });

  it('is the whole word where the text says something else', () => {
    assert.equal(redacted(' Kam', 'Solwyn'), 'Kamitel');
    assert.equal(redacted('itel s', 'Solwyn'), 'Kamitel site');
    assert.equal(redacted('.', 'Solwyn'), '.');
    assert.equal(redacted('都市', 'Solwyn'), '都市');
  });

  it('is nothing where there is no text', () => {
    assert.equal(redactedSpan(text, { start: text.length, end: text.length }, 'x'), null);
    assert.equal(redactedSpan(text, { start: 3, end: 4 }, 'x'), null);
  });

  it('takes overlapping and neighbouring places as one', () => {
    const spans = [
      { start: 8, end: 9 },
      { start: 1, end: 5 },
      { start: 3, end: 4 },
      { start: 5, end: 6 },
    ];
    assert.deepEqual(mergedSpans(spans), [
      { start: 1, end: 6 },
      { start: 8, end: 9 },
    ]);
  });
});

describe('a redaction in a JSONL file', () => {
  it('changes the span and not one unit beside it, whatever stands there', () => {
    const any = fc.string({ unit: 'binary', maxLength: 12 });
    const escaped = (value: string) =>
      fc
        .boolean()
        .map((ascii) =>
          ascii
            ? JSON.stringify(value).replace(
                /[\u007f-\uffff]/g,
                (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
              )
            : JSON.stringify(value),
        );
    const file = fc.tuple(
      any,
      any,
      any.chain((value) => fc.tuple(fc.constant(value), escaped(value))),
      any,
    );
    fc.assert(
      fc.property(file, fc.nat(12), fc.nat(12), any, ([id, note, [value, literal], other], a, length, placeholder) => {
        const line = `{ "id" :${JSON.stringify(id)},\t"n": 1.50, "text": ${literal} , "note":${JSON.stringify(note)}}`;
        const before = `${JSON.stringify({ text: other })}\r\n`;
        const whole = `${before}${line}\n\n`;
        const record = readRecords(whole, 'jsonl', 'text').records[1];
        assert.ok(record);
        const start = Math.min(a, value.length);
        const end = Math.min(start + length, value.length);
        const from = toSource(record.source, start);
        const to = toSource(record.source, end);
        const after =
          whole.slice(0, from) + writtenIn('jsonl', placeholder, whole, toSource(record.source, 0)) + whole.slice(to);
        assert.ok(after.startsWith(whole.slice(0, from)) && after.endsWith(whole.slice(to)));
        const [first, second, ...more] = readRecords(after, 'jsonl', 'text').records;
        assert.deepEqual([first?.text, more.length], [other, 0]);
        assert.equal(second?.text, value.slice(0, start) + placeholder + value.slice(end));
        const { text: _, ...kept } = JSON.parse(after.split('\n')[1] ?? '');
        assert.deepEqual(kept, { id, n: 1.5, note });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a redaction in a table', () => {
  it('changes the cell alone, quoted or not, or is refused', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '"', ',', ';', '\n', 'ü'),
      minLength: 1,
      maxLength: 8,
    });
    const placeholder = fc.string({ unit: fc.constantFrom('x', '"', ',', ';', '\t', '\n', '[', ']'), maxLength: 4 });
    const written = (text: string, quote: boolean) =>
      quote || /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    fc.assert(
      fc.property(
        cell,
        fc.boolean(),
        cell,
        fc.nat(8),
        fc.integer({ min: 1, max: 8 }),
        placeholder,
        (value, quote, other, a, length, put) => {
          const file = `id,text,note\n1,${written(value, quote)},${written(other, true)}\n2,more,last\n`;
          const [record, next] = readRecords(file, 'csv', 'text').records;
          fc.pre(record?.text === value);
          const start = Math.min(a, value.length - 1);
          const end = Math.min(start + length, value.length);
          const replacement = writtenIn('csv', put, file, toSource(record.source, 0));
          if (replacement === null) {
            assert.match(put, /^$|[",;\t\n]/);
            return;
          }
          const [from, to] = [toSource(record.source, start), toSource(record.source, end)];
          const after = file.slice(0, from) + replacement + file.slice(to);
          const records = readRecords(after, 'csv', 'text').records;
          assert.deepEqual(
            records.map(({ text, id }) => [id, text]),
            [
              ['1', value.slice(0, start) + put + value.slice(end)],
              ['2', next?.text],
            ],
          );
          assert.ok(after.endsWith(`,${written(other, true)}\n2,more,last\n`));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
