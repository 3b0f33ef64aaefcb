import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenClass, type VocabularyToken } from '../../../src/core/forget/tokenClass';

const tester = (pattern: string) => {
  const regex = new RegExp(pattern, 'u');
  return (texts: readonly string[]) => Uint8Array.from(texts, (text) => (regex.test(text) ? 1 : 0));
};

/** A vocabulary of byte-level tokens, numbered in order. */
const vocabulary = (tokens: readonly (readonly number[] | string | null)[]): VocabularyToken[] =>
  tokens.map((token, id) => ({
    id,
    bytes: typeof token === 'string' ? new TextEncoder().encode(token) : token && Uint8Array.from(token),
  }));

const members = (pattern: string, tokens: readonly (readonly number[] | string | null)[]) =>
  tokenClass(vocabulary(tokens), tester(pattern))?.map((id) => tokens[id]);

/** Every assigned character by every proper beginning of its UTF-8, found by encoding them all. */
function charactersByBeginning(): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (let code = 0x80; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!/[\p{Cs}\p{Cn}]/u.test(character)) {
      const bytes = new TextEncoder().encode(character);
      for (let length = 1; length < bytes.length; length++) {
        const key = bytes.subarray(0, length).join();
        const list = all.get(key) ?? [];
        list.push(character);
        all.set(key, list);
      }
    }
  }
  return all;
}

describe('classes of tokens', () => {
  it('hold the tokens whose text matches, and no special ones', () => {
    assert.deepEqual(members('\\d', ['a', '1', ' 23', null, 'b4', '']), ['1', ' 23', 'b4']);
    assert.deepEqual(members('^\\d+$', ['1', ' 23', '45']), ['1', '45']);
    assert.deepEqual(
      tokenClass([...vocabulary(['x', 'y', 'x'])].reverse(), tester('x')),
      [0, 2],
      'ascending whatever the order',
    );
  });

  it('hold beginnings of characters that can only become members', () => {
    const tokens = [
      [0xec],
      [0xec, 0x95],
      [0xea],
      [0xea, 0xb0],
      [0x20, 0xec],
      [0x61, 0xec],
      [0xed],
      [0xe4],
      [0xf0],
      [0x95, 0x88],
      [0x95, 0x88, 0x20],
      [0x95, 0x88, 0xec],
      [0xff],
    ];
    assert.deepEqual(members('\\p{Script=Hangul}', tokens), [
      [0xec],
      [0xec, 0x95],
      [0xea, 0xb0],
      [0x20, 0xec],
      [0x61, 0xec],
      [0xed],
      [0x95, 0x88, 0xec],
    ]);
    assert.deepEqual(members('^ ?\\p{Script=Hangul}', tokens), [
      [0xec],
      [0xec, 0x95],
      [0xea, 0xb0],
      [0x20, 0xec],
      [0xed],
    ]);
    assert.deepEqual(members('\\p{Script=Han}', tokens), []);
  });

  it('do not take a cut for the edge of a token, nor what is broken for a character', () => {
    const cut = [[0x95, 0x31], [0x31, 0xe4], [0x95, 0x61], [0x95], [0xff], '1'];
    assert.deepEqual(members('^\\d+$', cut), ['1']);
    assert.deepEqual(members('\\d', cut), [[0x95, 0x31], [0x31, 0xe4], '1']);
    assert.deepEqual(members('[^a-z]', cut), [[0x95, 0x31], [0x31, 0xe4], '1']);
    assert.deepEqual(members('\\p{So}', cut), []);
  });

  it('agree with trying every character one by one', function () {
    this.timeout(60_000);
    const byte = fc.oneof(
      fc.constantFrom(0x20, 0x31, 0x61, 0x80, 0x95, 0xa0, 0xbf, 0xff),
      fc.constantFrom(0xc3, 0xd0, 0xd7, 0xdf, 0xe0, 0xe3, 0xe4, 0xec, 0xed, 0xef),
    );
    const token = fc.array(byte, { maxLength: 4 });
    const pattern = fc.constantFrom(
      '\\p{Script=Hangul}',
      '\\p{L}',
      '\\p{Script=Cyrillic}',
      '^.$',
      '[^a]$',
      '\\p{Ll}|\\d',
      '\\P{Script=Latin}',
    );
    const all = charactersByBeginning();
    const completions = (lead: readonly number[]) => all.get(lead.join()) ?? [];
    // Straight from the definition: strip what is broken, show it as U+D800, and complete the tail in every way.
    const belongs = (bytes: readonly number[], regex: RegExp): boolean => {
      const decode = (part: readonly number[]) => {
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(part));
        } catch {
          return null;
        }
      };
      let text = '';
      let marked = '';
      let tail: readonly number[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && decode(bytes.slice(at, at + n)) !== null);
        if (length !== undefined) {
          const character = decode(bytes.slice(at, at + length)) ?? '';
          text += character;
          marked += character;
          at += length;
        } else if (bytes.length - at < 4 && completions(bytes.slice(at)).length > 0) {
          tail = bytes.slice(at);
          break;
        } else {
          marked = marked.endsWith('\ud800') ? marked : `${marked}\ud800`;
          at += 1;
        }
      }
      const asItIs = text !== '' && regex.test(text) && regex.test(marked + (tail.length > 0 ? '\ud800' : ''));
      const asItBecomes =
        tail.length > 0 &&
        completions(tail).every((character) => regex.test(text + character) && regex.test(marked + character));
      return asItIs || asItBecomes;
    };
    let found = 0;
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 30 }), pattern, (tokens, source) => {
        const regex = new RegExp(source, 'u');
        const expected = tokens.flatMap((bytes, id) => (belongs(bytes, regex) ? [id] : []));
        assert.deepEqual(tokenClass(vocabulary(tokens), tester(source)), expected);
        found += expected.length;
      }),
      { numRuns: 100, endOnFailure: true },
    );
    assert.ok(found > 100, String(found));
  });

  it('are unknown when the test fails', () => {
    let calls = 0;
    const failing = (texts: readonly string[]) => (++calls > 1 ? null : Uint8Array.from(texts, () => 0));
    assert.equal(tokenClass(vocabulary(['a', [0xec]]), failing), null);
    assert.equal(calls, 2);
  });

  it('may hold most of the vocabulary', () => {
    assert.deepEqual(tokenClass(vocabulary(['a', 'b', '1']), tester('\\p{L}')), [0, 1]);
  });
});
