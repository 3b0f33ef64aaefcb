import assert from 'node:assert/strict';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { headThatFits, padded, styleFor, tailThatFits, widthOf } from '../../../src/cli/terminal';
import { textTable } from '../../../src/cli/textTable';

const piece = fc.constantFrom('a', 'é', 'e\u0301', '数', '👩🏽‍🚀', '한', ' ', 'ｱ', '❤️', '\u200d', 'Z');
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('fitting text into a terminal', function () {
  this.timeout(30_000);
  it('never takes more room than there is, and cuts between characters', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (whole, width) => {
        const head = headThatFits(whole, width);
        const tail = tailThatFits(whole, width);
        assert.ok(stringWidth(head) <= width && stringWidth(tail) <= width, `${head} ${tail}`);
        if (stringWidth(whole) <= width) {
          assert.deepEqual([head, tail], [whole, whole]);
        } else {
          assert.ok(head.endsWith('…') && whole.startsWith(head.slice(0, -1)));
          assert.ok(tail.startsWith('…') && whole.endsWith(tail.slice(1)));
        }
      }),
    );
    assert.equal(headThatFits('数据中心', 5), '数据…');
    assert.equal(tailThatFits('a👩🏽‍🚀b', 2), '…b');
  });

  it('pads by width in cells', () => {
    assert.deepEqual(
      [padded('数', 4, 'left'), padded('数', 4, 'right'), padded('long', 2, 'left')],
      ['数  ', '  数', 'long'],
    );
  });

  it('aligns the columns of a table whatever stands in them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), (cells) => {
        const rows = cells.map(([a, b]) => [{ text: a }, { text: b }, { text: '|' }]);
        const columns = [
          { title: 'one', align: 'left' },
          { title: 'two', align: 'right' },
          { title: '|', align: 'left' },
        ] as const;
        const widths = textTable(columns, rows, (title) => title).map((line) => stringWidth(line));
        assert.equal(new Set(widths).size, 1, String(widths));
      }),
    );
  });
});

describe('terminal looks', () => {
  // The object itself: a copy would no longer be the environment that the runtime reads.
  const saved = process.env;
  afterEach(() => {
    process.env = saved;
  });

  it('has colours on a terminal only, and honours NO_COLOR and TERM=dumb', () => {
    const coloured = (isTTY: boolean, environment: NodeJS.ProcessEnv) => {
      process.env = environment;
      return styleFor({ isTTY }).red('x') !== 'x';
    };
    assert.deepEqual(
      [
        coloured(true, { TERM: 'xterm' }),
        coloured(true, { TERM: 'xterm', NO_COLOR: '' }),
        coloured(false, { TERM: 'xterm' }),
        coloured(true, { TERM: 'xterm', NO_COLOR: '1' }),
        coloured(true, { TERM: 'dumb' }),
        coloured(false, { FORCE_COLOR: '1' }),
      ],
      [true, true, false, false, false, false],
    );
    process.env = { TERM: 'xterm' };
    assert.equal(styleFor(null).red('x'), 'x');
  });

  it('takes the width of the terminal, and a fixed one elsewhere', () => {
    assert.deepEqual(
      [
        widthOf({ isTTY: true, columns: 90 }),
        widthOf({ isTTY: true, columns: 10 }),
        widthOf({ isTTY: false, columns: 90 }),
        widthOf(null),
      ],
      [90, 60, 120, 120],
    );
  });
});
