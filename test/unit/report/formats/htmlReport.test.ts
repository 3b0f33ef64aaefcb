import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { escapeHtml } from '../../../../src/core/report/formats/escapeHtml';
import { HTML_STYLE, HTML_STYLE_HASH } from '../../../../src/core/report/formats/htmlStyle';
import { someFact } from '../someFact';
import { leaky, reportText } from './someReport';

/**
 * The page's elements as a browser makes them, with their attributes, and how many pieces of text stand between them; what the texts say
 * does not matter. Fails where the parser has anything to mend.
 */
function skeleton(html: string): string[] {
  const errors: string[] = [];
  const page = parse(html, { onParseError: ({ code, startOffset }) => errors.push(`${code} at ${startOffset}`) });
  assert.deepEqual(errors, []);
  const visit = (node: DefaultTreeAdapterTypes.ChildNode): string[] => {
    if (!('tagName' in node)) {
      return [node.nodeName];
    }
    const attributes = node.attrs.map(({ name, value }) => (name === 'aria-label' ? name : `${name}=${value}`));
    return [[node.tagName, ...attributes].join(' '), ...node.childNodes.flatMap(visit), `/${node.tagName}`];
  };
  return page.childNodes.flatMap(visit);
}

const report = (hostile: string, showAnswers = false) =>
  reportText('html', {
    facts: [someFact({ id: hostile, answers: [hostile] })],
    found: [
      leaky(hostile, `${hostile}|${hostile}|${hostile}`, [
        { fact: hostile, start: hostile.length + 1, end: 2 * hostile.length + 1 },
      ]),
    ],
    incomplete: [{ file: hostile, line: 3, message: hostile }],
    command: hostile,
    showAnswers,
  });

describe('an HTML report', () => {
  it('takes every text for text', () => {
    const plain = skeleton(report('word', true));
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc
        .array(
          fc.constantFrom(
            '<script>',
            '</style>',
            '<!--',
            '-->',
            '"',
            "'",
            '&',
            '<',
            '>',
            '&lt;',
            ']]>',
            'onload=',
            '\0',
            '\ud800',
          ),
          { minLength: 1, maxLength: 8 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        assert.deepEqual(skeleton(report(text, true)), plain);
      }),
      { numRuns: 60 },
    );
  });

  it('escapes what HTML acts on, and shows what it would swallow', () => {
    assert.equal(escapeHtml(`<a href="x" id='y'>&amp;`), '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;');
    assert.equal(escapeHtml('\u202eevil\0'), '&lt;U+202E&gt;evil&lt;U+0000&gt;');
    assert.equal(escapeHtml('\u{10fffe}'), '&lt;U+10FFFE&gt;');
  });

  it('allows its own style by the hash of it, and nothing else', () => {
    const html = report('x');
    assert.equal(HTML_STYLE_HASH, createHash('sha256').update(HTML_STYLE).digest('base64'));
    assert.match(html, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
    assert.ok(html.includes(`<style>${HTML_STYLE}</style>`));
    assert.doesNotMatch(html, /<script|<link|<img|<iframe|<form| style=| on\w+=|href=|src="|url\(|@import/);
  });

  it('says what was found, where, with what, and how to find it again', () => {
    const found = [
      leaky('a.jsonl', 'The Kamitel site is in Z', [
        { start: 22, end: 24, lift: 0.5 },
        { start: 4, end: 11, lift: 0.1, kind: 'stated' },
      ]),
      leaky('a.jsonl', 'Calm.', []),
    ];
    const html = reportText('html', { facts: [someFact(), someFact({ id: 'f2' })], found });
    assert.match(html, /<dt>leaks<\/dt><dd>2<\/dd>/);
    assert.match(html, /<dt>stated leak<\/dt><dd>1<\/dd>/);
    assert.match(html, /<dt>facts that leak<\/dt><dd>1 of 2<\/dd>/);
    assert.match(html, /The threshold of 0\.02 is not calibrated on this data\./);
    assert.match(html, /The Kamitel site is in <mark class="shadow">Z<\/mark><\/td>/);
    assert.equal([...html.matchAll(/<rect /g)].length, 2);
    for (const words of ['seep scan a.jsonl', 'ef'.repeat(32), 'ab'.repeat(32), '1.2.3', 'tea&lt;b&gt;cher']) {
      assert.ok(html.includes(words), words);
    }
    for (const [, table = ''] of html.matchAll(/<table>([\s\S]*?)<\/table>/g)) {
      assert.match(table, /^\n<caption>[^<]+<\/caption>\n<thead><tr><th scope="col"/);
    }
  });

  it('names answers only where they may be shown', () => {
    const told = { facts: [someFact({ answers: ['Vandor'] })], found: [leaky('a', 'The Kamitel site', [{}])] };
    assert.ok(!reportText('html', told).includes('Vandor'));
    assert.match(reportText('html', { ...told, showAnswers: true }), /<td>Vandor<\/td>/);
  });

  it('shows the end of a record, and whole characters at the ends of excerpts', () => {
    const text = `${'😀'.repeat(30)}x`;
    const html = reportText('html', { facts: [someFact()], found: [leaky('a', text, [{ start: 61, end: 61 }])] });
    assert.match(html, />(?:😀)+x<mark class="shadow">\[end\]<\/mark><\/td>/u);
  });

  it('is the same for the same scan, and small however much leaks', () => {
    const found = Array.from({ length: 3000 }, (_, i) =>
      leaky(`${i % 700}.jsonl`, 'The Kamitel site', [{ lift: 0.1 + i / 10_000 }]),
    );
    const html = reportText('html', { facts: [someFact()], found });
    assert.equal(html, reportText('html', { facts: [someFact()], found }));
    assert.ok(html.length < 300_000, String(html.length));
    assert.match(html, /and 2,800 records more/);
    assert.match(html, /and 200 files more/);
  });
});
