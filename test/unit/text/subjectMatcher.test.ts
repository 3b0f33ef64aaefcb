import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldCodePoint } from '../../../src/core/text/foldCase';
import { isWordContinuedAt, isWordContinuedBefore } from '../../../src/core/text/letters';
import { SubjectMatcher } from '../../../src/core/text/subjectMatcher';

function firstEnds(text: string, ...phrases: string[]): (number | undefined)[] {
  const ends = new SubjectMatcher(phrases.map((phrase, owner) => [phrase, owner] as const)).firstEnds(text);
  return phrases.map((_, owner) => ends.get(owner));
}

function end(phrase: string, text: string): number | undefined {
  return firstEnds(text, phrase)[0];
}

describe('subjects in a text', () => {
  it('are found where they end first', () => {
    assert.deepEqual(firstEnds('the Kamitel and Kamitel data', 'Kamitel', 'Kamitel data', 'none'), [11, 28, undefined]);
  });

  it('whatever their case', () => {
    assert.deepEqual(firstEnds('KAMITEL', 'kamitel'), [7]);
    assert.deepEqual(firstEnds('kamitel', 'KaMiTeL'), [7]);
    assert.deepEqual(
      firstEnds('\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03cc\u03c2'.normalize('NFD').replace('\u0301', '')),
      [4],
    );
    assert.deepEqual(firstEnds('STRASSE', 'stra\u00dfe'), [undefined]);
    assert.deepEqual(firstEnds('\u0130stanbul', '\u0130stanbul'), [8]);
  });

  it('only as whole words', () => {
    assert.deepEqual(firstEnds('preKamitel Kamitels Kamitel2', 'Kamitel'), [undefined]);
    assert.deepEqual(firstEnds("Kamitel's", 'Kamitel'), [7]);
    assert.deepEqual(firstEnds('(Kamitel)', 'Kamitel'), [8]);
    assert.deepEqual(firstEnds('\u00e9Kamitel Kamitel\u00e9', 'Kamitel'), [undefined]);
    assert.deepEqual(firstEnds('x_Kamitel_y', 'Kamitel'), [9]);
    assert.deepEqual(firstEnds('\u{1f680}Kamitel\u{1f680}', 'Kamitel'), [9]);
    assert.deepEqual(firstEnds('\u{1d54f}Kamitel', 'Kamitel'), [undefined], 'a letter beyond the basic plane');
  });

  it('with edges that are no letters', () => {
    assert.deepEqual(firstEnds('a C++ b', 'C++'), [5]);
    assert.deepEqual(firstEnds('.NET', '.NET'), [4]);
  });

  it('need no spaces around it in scripts that write none', () => {
    assert.equal(end('東京', '彼は東京にいる'), 4);
    assert.equal(end('Kamitel', '私はKamitelの社員です'), 9);
    assert.equal(end('กรุงเทพ', 'ไปกรุงเทพวันนี้'), 9);
  });

  it('that begin one another', () => {
    assert.deepEqual(firstEnds('New York City', 'New', 'New York', 'New York City', 'York'), [3, 8, 13, 8]);
  });

  it('are nothing when they are empty', () => {
    assert.deepEqual(firstEnds('abc', ''), [undefined]);
    assert.deepEqual(firstEnds('', 'a'), [undefined]);
  });

  it('several of one owner: the first to end counts', () => {
    const matcher = new SubjectMatcher([
      ['a long name', 1],
      ['long', 1],
    ]);
    assert.deepEqual([...matcher.firstEnds('a long name')], [[1, 6]]);
  });

  it('as a regular expression finds them', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'B', 'b', ' ', '-', '\u00c9', '\u00e9', '\u{1d54f}', '1'),
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', ' ', '-', '\u00e9', '\u{1d54f}', '1'), maxLength: 16 }),
        word,
        (text, phrase) => {
          const pattern = new RegExp(`(?=((?<![\\p{L}\\p{N}])${phrase}(?![\\p{L}\\p{N}])))`, 'giu');
          const ends = [...text.matchAll(pattern)].map((match) => match.index + (match[1] ?? '').length);
          assert.equal(firstEnds(text, phrase)[0], ends.length > 0 ? Math.min(...ends) : undefined);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not get slower with the number of subjects', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => [`Company ${i}`, i] as const);
    const matcher = new SubjectMatcher(many);
    const started = process.cpuUsage();
    const ends = matcher.firstEnds('Company 17 and Company 19999 met. '.repeat(300));
    assert.deepEqual([...ends.keys()].sort(), [17, 19_999]);
    assert.ok(process.cpuUsage(started).user / 1e6 < 5);
  });
});

describe('letters', () => {
  it('and digits of any script continue a word, by whole characters', () => {
    assert.ok(isWordContinuedAt('\u{1d54f}', 0) && isWordContinuedBefore('\u{1d54f}', 2));
    assert.ok(isWordContinuedBefore('\u0661', 1) && isWordContinuedAt('a1', 1) && isWordContinuedAt('a\u0436', 1));
    assert.ok(!isWordContinuedAt('_', 0) && !isWordContinuedBefore('-', 1) && !isWordContinuedAt('a.', 1));
    assert.ok(!isWordContinuedBefore('a', 0) && !isWordContinuedAt('a', 1));
    assert.ok(!isWordContinuedBefore('\ude00', 1) && !isWordContinuedAt('\ud83d', 0));
  });

  it('of scripts that put no spaces between words do not', () => {
    assert.ok(
      !isWordContinuedAt('a\u6771', 1) && !isWordContinuedBefore('\u306e', 1) && !isWordContinuedAt('\u0e01', 0),
    );
  });

  it('fold to one code point for one code point', () => {
    const fold = (char: string) => String.fromCodePoint(foldCodePoint(char.codePointAt(0) ?? 0));
    assert.deepEqual(['A', 'z', '\u00c9', '\u03c2', '\u03a3', '\u212a', '\u00df', '\u{10400}', '\u6771'].map(fold), [
      'a',
      'z',
      '\u00e9',
      '\u03c3',
      '\u03c3',
      'k',
      '\u00df',
      '\u{10428}',
      '\u6771',
    ]);
  });
});
