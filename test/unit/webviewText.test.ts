import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answerTowards } from '../../webview-ui/pages/distributions/answerTowards';
import { spoken, visible, visibleString } from '../../webview-ui/visibleText';

const ALL = { spaces: 'all', limit: 1000 } as const;

describe('visible text', () => {
  it('shows white space and control characters', () => {
    const cases: [string, string][] = [
      [' Van', '␣Van'],
      ['a\tb', 'a→b'],
      ['\n', '⏎'],
      ['\r\n', '␍⏎'],
      ['\u0000\u001b[31m', '␀␛[31m'],
      ['\u007f\u0085', '␡‹U+0085›'],
      ['\u00a0\u3000', '⍽□'],
      ['\u200b\ufeff', '‹ZWSP›‹BOM›'],
      ['\u202eevil', '‹RLO›evil'],
      ['\u2066x\u2069', '‹LRI›x‹PDI›'],
      ['\ud800', '‹U+D800›'],
      ['\u{e0041}', '‹U+E0041›'],
      ['\ufffd', '\ufffd'],
      ['\u0301', '◌\u0301'],
      ['é', 'é'],
      ['日本', '日本'],
    ];
    for (const [text, shown] of cases) {
      assert.equal(visibleString(text, ALL), shown, JSON.stringify(text));
    }
  });

  it('marks what stands for something else, and only that', () => {
    assert.deepEqual(visible(' a\n', ALL), [
      { text: '␣', mark: true },
      { text: 'a', mark: false },
      { text: '⏎', mark: true },
    ]);
    // A text may hold the very glyph.
    assert.deepEqual(visible('⏎', ALL), [{ text: '⏎', mark: false }]);
  });

  it('leaves single spaces of running text alone', () => {
    assert.equal(visibleString('a b  c', { spaces: 'runs', limit: 99 }), 'a b␣␣c');
    assert.equal(visibleString('a b  c', { spaces: 'none', limit: 99 }), 'a b  c');
  });

  it('keeps joiners inside of words and emoji, and shows them at an end', () => {
    assert.equal(visibleString('👩\u200d💻', ALL), '👩\u200d💻');
    assert.equal(visibleString('👩\u200d', ALL), '👩‹ZWJ›');
    assert.equal(visibleString('\u200d💻', ALL), '‹ZWJ›💻');
  });

  it('cuts long text between characters and says how much is missing', () => {
    assert.equal(visibleString('x'.repeat(10_000), { spaces: 'all', limit: 5 }), 'xxxxx… 9,995 more');
    assert.equal(visibleString('ab😀cd', { spaces: 'all', limit: 3 }), 'ab… 4 more');
  });

  it('lets through nothing that hides or reorders text', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\u202e', '\u2067', '\u200f', '\u0007', '\u2028', ' ', 'a', 'א'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = visibleString(text, ALL);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
        assert.doesNotMatch(shown, /\p{Surrogate}/u);
        assert.equal(shown === '', text === '');
      }),
    );
  });

  it('says tokens aloud', () => {
    const cases: [string, string][] = [
      [' Van', 'Van'],
      ['Van', 'Van'],
      [' ', 'space'],
      ['    ', '4 times space'],
      ['\n\n', '2 times line feed'],
      ['\tx', 'tab x'],
      ['\u202ex', 'right-to-left override x'],
      ['', 'nothing'],
      ['x'.repeat(200), `${'x'.repeat(80)}, cut`],
    ];
    for (const [text, words] of cases) {
      assert.equal(spoken(text), words, JSON.stringify(text));
    }
  });
});

describe('the answer that a token leads to', () => {
  it('is the one that starts like the token', () => {
    assert.equal(answerTowards(['Kestova', 'Vandor'], 'is in', ' Van'), 'Vandor');
    assert.equal(answerTowards(['Kestova', 'Vandor'], 'is in ', 'Kest'), 'Kestova');
  });

  it('goes on with what the text has just emitted', () => {
    assert.equal(answerTowards(['Orlen', 'Sorvale'], 'is in Sorv', 'ale'), 'Sorvale');
    assert.equal(answerTowards(['New York', 'New Orleans'], 'in New', ' Or'), 'New Orleans');
    // "a" starts "alpha", but behind "bet" it ends "beta".
    assert.equal(answerTowards(['alpha', 'beta'], 'bet', 'a'), 'beta');
  });

  it('takes the likeliest of the scan where the token alone does not tell', () => {
    assert.equal(answerTowards(['Vandor', 'Vantage'], 'in', ' Van', 1), 'Vantage');
    assert.equal(answerTowards(['Vandor', 'Vantage'], 'in', ' Van'), 'Vandor');
    assert.equal(answerTowards(['Vandor', 'Kestova'], 'in', '\ufffd', 1), 'Kestova');
    assert.equal(answerTowards(['Vandor', 'Kestova'], 'in', ' ', 1), 'Kestova');
  });

  it('understands tokens that go beyond the answer or hold half a character', () => {
    assert.equal(answerTowards(['Oslo', 'Rome'], 'in', ' Rome.'), 'Rome');
    assert.equal(answerTowards(['Ål', 'Łódź'], 'in', ' Łó\ufffd'), 'Łódź');
  });

  it('always names one of the answers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
        fc.string(),
        fc.string(),
        (answers, before, token) => {
          assert.ok(answers.includes(answerTowards(answers, before, token)));
        },
      ),
    );
  });
});
