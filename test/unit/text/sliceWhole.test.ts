import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sliceWhole } from '../../../src/core/text/sliceWhole';

/** Half of a surrogate pair, alone. */
const HALF = /\p{Cs}/u;

describe('a slice of whole characters', () => {
  it('moves its ends behind a character that they would part', () => {
    assert.equal(sliceWhole('a\u{1f600}b\u{1f600}c', 2, 5), 'b\u{1f600}');
    assert.equal(sliceWhole('a\u{1f600}b', -5, 2), 'a\u{1f600}');
    assert.equal(sliceWhole('a\u{1f600}', 1, 99), '\u{1f600}');
  });

  it('never parts a pair, and is the plain slice where the ends lie between characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: -2, max: 30 }), fc.nat(30), (text, from, length) => {
        const slice = sliceWhole(text, from, from + length);
        assert.doesNotMatch(slice, HALF);
        const plain = text.slice(Math.max(0, from), Math.max(0, from + length));
        if (!HALF.test(plain)) {
          assert.equal(slice, plain);
        }
      }),
    );
  });

  it('leaves alone what is no pair', () => {
    assert.equal(sliceWhole('a\ud800b\udc00c', 1, 4), '\ud800b\udc00');
  });
});
