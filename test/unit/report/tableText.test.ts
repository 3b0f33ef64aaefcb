import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { csvTable, markdownTable } from '../../../src/core/report/tableText';

describe('a table as text', () => {
  it('is CSV that a parser reads as it was', () => {
    const rows = [
      ['token', 'p'],
      [' Van', '0.5'],
      ['say "no", please', '1e-7'],
      ['', '0'],
    ];
    assert.deepEqual(parse(csvTable(rows)), rows);
  });

  it('holds no cell that a spreadsheet would take for a formula', () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\u3000=1', '＝1', '－1', '\n=cmd|x!A1'];
    const cells = parse(csvTable(formulas.map((each) => [each]))) as string[][];
    for (const [i, [cell = '']] of cells.entries()) {
      assert.ok(!/^\s*[=+\-@＝－]/u.test(cell), `${JSON.stringify(formulas[i])} became ${cell}`);
    }
    assert.deepEqual(parse(csvTable([['a=1', 'x-y']])), [['a=1', 'x-y']], 'signs within a cell stay');
  });

  it('has one line a row whatever the cells hold', () => {
    const wild = 'a\nb\r\u2028c';
    assert.equal(csvTable([['h'], [wild]]).split(/[\n\r\u2028]/).length, 3);
    assert.equal(markdownTable([['h'], [wild]]).split(/[\n\r\u2028]/).length, 4);
  });

  it('is Markdown whose cells cannot break out', () => {
    assert.equal(
      markdownTable([
        ['Token', 'p'],
        ['a|b', '<img src=x>'],
        ['[x](y)', '`c`'],
      ]),
      '| Token | p |\n| --- | --- |\n| a\\|b | \\<img src\\=x\\> |\n| \\[x\\]\\(y\\) | \\`c\\` |\n',
    );
  });
});
