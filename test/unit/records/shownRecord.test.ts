import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CorpusRecord } from '../../../src/core/records/record';
import { shownRecord } from '../../../src/core/records/shownRecord';
import { identityMap, toSource, toText } from '../../../src/core/records/sourceMap';

function recordOf(text: string): CorpusRecord {
  return {
    index: 7,
    id: 'r-7',
    hasOwnId: true,
    line: 8,
    lines: 1,
    text,
    textStart: { line: 8, column: 10 },
    hasFileLines: false,
    source: identityMap(900, text.length),
    range: [890, 905 + text.length],
  };
}

/** What VS Code makes of a text: it takes a byte order mark away and has one kind of line end. */
function inEditor(text: string): string {
  return text.replace(/^\ufeff/u, '').replaceAll(/\r\n|\r/gu, '\n');
}

describe('a record that is shown alone', () => {
  it('has the text as it was read, and its places in what is shown', () => {
    const { text, record } = shownRecord(recordOf('\ufeffone\r\ntwo\rthree\n\r\n'));
    assert.equal(text, 'one\ntwo\nthree\n\n');
    assert.equal(record.text, '\ufeffone\r\ntwo\rthree\n\r\n');
    assert.deepEqual(record.range, [0, text.length]);
    assert.deepEqual([record.index, record.id, record.line], [7, 'r-7', 8]);
    const at = record.text.indexOf('three');
    assert.equal(text.slice(toSource(record.source, at), toSource(record.source, at + 5)), 'three');
  });

  it('is nothing that an editor would change, and every place of it leads there and back', () => {
    const texts = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'é', '\ufeff', '\u2028', '😀'), { maxLength: 12 });
    fc.assert(
      fc.property(texts, (parts) => {
        const original = parts.join('');
        const { text, record } = shownRecord(recordOf(original));
        assert.equal(text, inEditor(text));
        assert.equal(text, inEditor(original.replace(/^\ufeff+/u, '')));
        for (let at = 0; at <= original.length; at++) {
          const shown = toSource(record.source, at);
          const marks = /^\ufeff*/u.exec(original)?.[0].length ?? 0;
          const behindMarks = Math.max(at, marks);
          assert.equal(toText(record.source, shown), behindMarks + (original.startsWith('\r\n', behindMarks) ? 1 : 0));
        }
      }),
    );
  });
});
