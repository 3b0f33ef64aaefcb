import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Marked } from 'marked';
import { plainMarkdown as plain } from '../../../src/core/report/plainMarkdown';
import { token } from '../../../src/features/markdownText';

/** What VS Code renders Markdown with. */
const marked = new Marked({ gfm: true });

/** The text that is shown for a table cell, and any element in it besides the table's own. */
function render(cell: string): { text: string; elements: string[] } {
  const html = marked.parse(`| a |\n| -- |\n| ${cell} |`, { async: false });
  const body = /<td>([\s\S]*)<\/td>/.exec(html)?.[1] ?? '';
  const elements = [...body.matchAll(/<([a-z]+)/g)].map(([, name]) => name ?? '');
  const text = body
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
  return { text, elements };
}

describe('untrusted text in Markdown', () => {
  it('shows up as itself and becomes no element', () => {
    const cases = [
      '[x](command:workbench.action.terminal.new)',
      '![](https://example.org/x.png)',
      '<img src=x onerror=alert(1)>',
      'a | b',
      '`code` **bold** _it_ ~~x~~',
      'https://example.org www.example.org a@example.org',
      '$(eye) &amp; &#65; \\',
      '# no heading',
    ];
    for (const text of cases) {
      assert.deepEqual(render(plain(text)), { text, elements: [] });
    }
  });

  it('shows any text as itself', () => {
    const printable = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(printable, (text) => {
        const shown = render(plain(text));
        assert.deepEqual(shown.elements, []);
        // What an editor would act on instead of showing is spelled out; everything else is there as it was.
        if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) {
          assert.equal(shown.text, text);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('makes the spaces around a token visible', () => {
    assert.equal(render(token(' Vandor ')).text, '·Vandor·');
    assert.equal(render(token('\n')).text, '↵');
    assert.match(token(''), /empty/);
  });
});
