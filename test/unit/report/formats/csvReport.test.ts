import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvText } from '../../../../src/core/report/csvText';
import { leakLine } from '../../../../src/core/report/leakLine';
import { someFact } from '../someFact';
import { leaky, reportText } from './someReport';

const facts = [someFact({ id: '=cmd', answers: ['@Vandor'] })];
const rowsOf = (text: string) => parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];

/** The fields of a JSON Lines report, nested ones by their path. */
function flat(value: object, path = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, field]: [string, unknown]) =>
    typeof field === 'object' && field !== null ? flat(field, `${path}${key}.`) : [[`${path}${key}`, field]],
  ) as [string, unknown][];
}

describe('a CSV report', () => {
  it('has the fields of a JSON Lines report under their names, in their order', () => {
    const found = leaky('a,b.jsonl', 'The "Kam"\nx', [{ fact: '=cmd', start: 4, end: 9, studentMass: null }]);
    for (const showAnswers of [false, true]) {
      const [row] = rowsOf(reportText('csv', { facts, found: [found], showAnswers }));
      const [leak] = found.leaks;
      assert.ok(row && leak);
      const shown = showAnswers ? (facts[0] ?? null) : null;
      const { schema, ...line } = leakLine(leak, { ...found, similarities: [], temperature: 1, shown });
      const expected = flat(line).map(([name, field]) => [
        name,
        field === '=cmd' || field === '@Vandor' ? `'${field}` : String(field ?? ''),
      ]);
      assert.deepEqual(Object.entries(row), expected);
    }
  });

  it('is a header where nothing leaks', () => {
    const text = reportText('csv', { facts, found: [leaky('a', 'x', [])] });
    assert.match(text, /^file,record\.index,record\.id,.*,temperature\r\n$/);
  });

  it('gives back every text, and none that a spreadsheet computes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', "'", ' ', '1', '＝') }),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 4 }), (texts) => {
        const [cells = []] = parse(`${texts.map(csvText).join(',')}\r\n`, { record_delimiter: '\r\n' }) as string[][];
        assert.deepEqual(
          cells.map((cell) => cell.replace(/^'/, '')),
          texts,
        );
        assert.ok(cells.every((cell) => !/^[=+\-@\t\r\n＝＋－＠]/.test(cell)));
      }),
    );
  });
});
