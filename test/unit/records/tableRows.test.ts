import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Problem } from '../../../src/core/errors';
import { placeInFile } from '../../../src/core/records/place';
import { readRecords } from '../../../src/core/records/readRecords';
import { toSource, toText } from '../../../src/core/records/sourceMap';
import { TableRows } from '../../../src/core/records/tableRows';

/** A cell as a file writes it, with what each unit of its text is written as. */
interface WrittenCell {
  readonly text: string;
  readonly opening: string;
  readonly units: readonly string[];
  readonly closing: string;
}

const unit = fc.constantFrom(
  'a',
  ' ',
  '"',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '\r',
  'é',
  '😀',
  '\u2028',
  '\\',
  "'",
  '\ufeff',
);

function writtenCell(delimiter: string) {
  return fc.tuple(fc.array(unit, { maxLength: 8 }), fc.boolean()).map(([pieces, quoted]): WrittenCell => {
    const text = pieces.join('');
    // A quotation mark that does not come first needs no quoting; a lone CR could be part of a line end.
    const needsQuotes = text.startsWith('"') || /[\r\n]/.test(text) || text.includes(delimiter);
    const units = text.split('');
    return quoted || needsQuotes
      ? { text, opening: '"', units: units.map((each) => (each === '"' ? '""' : each)), closing: '"' }
      : { text, opening: '', units, closing: '' };
  });
}

const written = (cell: WrittenCell) => cell.opening + cell.units.join('') + cell.closing;

const table = fc.constantFrom(',', ';', '\t').chain((delimiter) =>
  fc.record({
    delimiter: fc.constant(delimiter),
    bom: fc.constantFrom('', '\ufeff'),
    end: fc.constantFrom('\n', '\r\n'),
    lastEnd: fc.boolean(),
    rows: fc.array(fc.tuple(writtenCell(delimiter), writtenCell(delimiter), writtenCell(delimiter)), { maxLength: 5 }),
  }),
);

function problemsOf(text: string, format: 'csv' | 'tsv' = 'csv'): { texts: string[]; problems: Problem[] } {
  const { records, problems } = readRecords(text, format, 'text');
  return { texts: records.map((record) => record.text), problems };
}

describe('reading tables', function () {
  this.timeout(30_000);

  it('gives every cell its text and maps each unit of it to the source that stands for it', () => {
    fc.assert(
      fc.property(table, ({ delimiter, bom, end, lastEnd, rows }) => {
        const head = `${bom}${['id', 'text', 'more'].join(delimiter)}${end}`;
        const lines = rows.map((cells) => cells.map(written).join(delimiter));
        const file = head + lines.join(end) + (lastEnd ? end : '');
        const { records, problems } = readRecords(file, delimiter === '\t' ? 'tsv' : 'csv', 'text');
        assert.deepEqual(problems, []);
        assert.deepEqual(
          records.map(({ index, id, text }) => ({ index, id, text })),
          rows.map(([id, text], index) => ({ index, id: id.text === '' ? String(index) : id.text, text: text.text })),
        );
        let rowStart = head.length;
        for (const [index, record] of records.entries()) {
          const [id, cell] = rows[index] ?? assert.fail();
          const line = lines[index] ?? assert.fail();
          assert.deepEqual(record.range, [rowStart, rowStart + line.length]);
          assert.equal(record.line, file.slice(0, rowStart).split('\n').length);
          assert.equal(record.lines, line.split('\n').length);
          let at = rowStart + written(id).length + 1 + cell.opening.length;
          for (const [offset, source] of cell.units.entries()) {
            assert.equal(toSource(record.source, offset), at, `start of unit ${offset}`);
            for (let inside = 0; inside < source.length; inside++) {
              assert.equal(toText(record.source, at + inside), offset);
            }
            const before = file.slice(0, at);
            assert.deepEqual(placeInFile(record, offset), {
              line: before.split('\n').length,
              column: at - before.lastIndexOf('\n'),
            });
            at += source.length;
          }
          assert.equal(toSource(record.source, cell.text.length), at);
          rowStart += line.length + end.length;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with csv-parse on any text that both take', () => {
    const piece = fc.constantFrom('a', '"', '""', ',', '\n', '\r\n', '","', ' ', '"\n"', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const file = `text,b\n${pieces.join('')}`;
        const { texts, problems } = problemsOf(file);
        let rows: string[][];
        try {
          rows = parse(file, { relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\n', '\r\n'] });
        } catch {
          return; // It gives up altogether, and takes no quotation mark within a bare cell.
        }
        if (rows.every((row) => row.length === 2)) {
          assert.deepEqual(problems, []);
          assert.deepEqual(
            texts,
            rows.slice(1).map(([text]) => text),
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds what separates the cells of CSV; TSV has tabs only', () => {
    assert.deepEqual(problemsOf('id;text\n1;a, b\n').texts, ['a, b']);
    assert.deepEqual(problemsOf('id\ttext\n1\ta; b\n').texts, ['a; b']);
    assert.deepEqual(problemsOf('"id;x",text\n1,a\n').texts, ['a']);
    assert.deepEqual(problemsOf('text\na\n\n \t\r\nb;c\n').texts, ['a', 'b;c']);
    assert.deepEqual(problemsOf('text\tid;a;b\n5" disk\t1\n', 'tsv').texts, ['5" disk']);
    assert.deepEqual(problemsOf('text\tid\n\t\nx\t\n', 'tsv').texts, ['', 'x']);
  });

  it('says what is wrong with a row, where, and reads the others', () => {
    const file = ['id,text', '1,good', '2', '3,a,b', '4,"half"more', '5,"good', 'too"', '', '6,"""good"""', ''].join(
      '\n',
    );
    const { texts, problems } = problemsOf(file);
    assert.deepEqual(texts, ['good', 'good\ntoo', '"good"']);
    const mend = 'put cells that hold a comma or a line end in quotation marks';
    assert.deepEqual(problems, [
      { line: 3, column: 1, message: `this row has 1 cell, the first row 2; ${mend}` },
      { line: 4, column: 1, message: `this row has 3 cells, the first row 2; ${mend}` },
      {
        line: 5,
        column: 9,
        message:
          'text stands behind a closing quotation mark; double the quotation marks that are part of a quoted cell',
      },
    ]);
  });

  it('names the columns where the one with the text is missing, or there twice', () => {
    const missing = problemsOf('\n\nid,"body\nof it",c,d,e,f,g,h,i\n1,x,1,1,1,1,1,1,1\n');
    assert.deepEqual(missing.texts, []);
    assert.deepEqual(missing.problems, [
      {
        line: 3,
        column: 1,
        message:
          'there is no column "text"; the columns are "id", "body\\nof it", "c", "d", "e", "f", "g", "h" and 1 more; ' +
          'name the one with the text in "corpus.textField" or with --text-field',
      },
    ]);
    assert.match(problemsOf('text,text\na,b\n').problems[0]?.message ?? '', /two columns are called "text"; rename/);
    assert.deepEqual(problemsOf('id, text \n1,a\n').texts, ['a']);
    assert.deepEqual(problemsOf(''), { texts: [], problems: [] });
  });

  it('says where a quotation mark is never closed; the rows before stand', () => {
    const { texts, problems } = problemsOf('id,text\n1,good\n2,"bad\n3,lost\n');
    assert.deepEqual(texts, ['good']);
    assert.deepEqual(
      problems.map(({ line, column }) => [line, column]),
      [[3, 3]],
    );
    assert.match(
      problems[0]?.message ?? '',
      /the quotation mark here is never closed; nothing behind it was read; close/,
    );
  });

  it('passes over rows that are too long and lines that cannot be read', () => {
    const texts: string[] = [];
    const problems: [number, string][] = [];
    const rows = new TableRows(
      null,
      'text',
      {
        record: (_id, { text }) => texts.push(text),
        problem: (line, _column, message) => problems.push([line, message]),
      },
      null,
      20,
    );
    const lines = ['text\n', '"a\n', 'b"\n', '"long\n', `${'x'.repeat(20)}\n`, 'end"\n', 'c\n', '"d\n'];
    lines.forEach((text, index) => {
      rows.push({ text, line: index + 1, start: 0 });
    });
    assert.equal(rows.isBetweenRecords, false);
    rows.skip({ line: 9, start: 0 }, 0, 'unreadable');
    rows.push({ text: 'e', line: 10, start: 0 });
    rows.finish();
    assert.deepEqual(texts, ['a\nb', 'c', 'e']);
    assert.deepEqual(problems, [
      [4, 'the row that starts here is longer than 20 characters; look for a quotation mark that is never closed'],
      [9, 'unreadable'],
    ]);
  });

  it('takes time that grows with the size of the file, not with its square', () => {
    /** Of the processor, since others may use it meanwhile. */
    const seconds = (text: string) => {
      const start = process.cpuUsage();
      readRecords(text, 'csv', 'text');
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e6;
    };
    const marks = (units: number) => `text\n"${'""x'.repeat(units)}"\n`;
    const lines = (units: number) => `text\n"${'x\n'.repeat(units)}"\n`;
    const rows = (units: number) => `text,id\n${'"a",1\n'.repeat(units)}`;
    for (const make of [marks, lines, rows]) {
      seconds(make(5_000));
      const small = Math.max(0.005, seconds(make(20_000)));
      const large = seconds(make(160_000));
      assert.ok(large < small * 30, `${make.name}: ${small} s, then ${large} s`);
    }
  });
});
