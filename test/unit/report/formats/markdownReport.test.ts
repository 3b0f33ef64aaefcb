import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Marked } from 'marked';
import { someFact } from '../someFact';
import { leaky, reportText } from './someReport';

const marked = new Marked({ gfm: true });
const elements = (markdown: string) =>
  [...marked.parse(markdown, { async: false }).matchAll(/<\/?([a-z0-9]+)/g)].map(([tag]) => tag);

const report = (word: string) =>
  reportText('markdown', {
    facts: [someFact({ id: word, answers: [word] })],
    found: [leaky(word, `a${word}b c d${word}`, [{ fact: word, start: word.length + 2, end: word.length + 4 }])],
    incomplete: [{ file: word, line: 3, message: word }],
    command: word,
    showAnswers: true,
  });

describe('a Markdown report', () => {
  it('takes every text for text', () => {
    const plain = elements(report('word'));
    assert.ok(plain.includes('<table') && plain.includes('<strong'));
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc
        .array(
          fc.constantFrom(
            '|',
            '`',
            '<b>',
            '**',
            '_',
            '[x](y)',
            '![](z)',
            '\n',
            '\r',
            '# ',
            '<!--',
            '\\',
            '~~',
            'https://a.b',
            '&lt;',
          ),
          {
            minLength: 1,
            maxLength: 6,
          },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        assert.deepEqual(elements(report(text)), plain);
      }),
      { numRuns: 60 },
    );
  });

  it('marks the token, and says what is left out', () => {
    const found = Array.from({ length: 50 }, () => leaky('a.jsonl', 'is in Z', [{ start: 5, end: 7 }]));
    const markdown = reportText('markdown', { facts: [someFact()], found });
    assert.match(markdown, /\| is in \*\*Z\*\* \|\n/);
    assert.match(markdown, /\n## Worst records\n[\s\S]*\nand 20 records more\n/);
    assert.ok(!markdown.includes('Vandor'));
  });
});
