import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BROKEN, readCutText } from '../../../src/core/text/cutText';
import { codePointsFrom } from '../../../src/core/text/utf8';

const encode = (text: string) => new TextEncoder().encode(text);

describe('text cut out of UTF-8', () => {
  it('keeps the complete characters and says what is left at either end', () => {
    const bytes = encode('é한😀');
    assert.deepEqual(readCutText(bytes.subarray(1, 8)), {
      text: '한',
      marked: `${BROKEN}한`,
      tail: bytes.subarray(5, 8),
    });
    assert.deepEqual(readCutText(Uint8Array.of(0x41, 0xff, 0xc0, 0x42, 0x80)), {
      text: 'AB',
      marked: `A${BROKEN}B${BROKEN}`,
      tail: new Uint8Array(0),
    });
  });

  it('is the whole text where nothing is cut, and its beginning and a tail where the end is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, random) => {
        const bytes = encode(text);
        const cut = random % (bytes.length + 1);
        const read = readCutText(bytes.subarray(0, cut));
        assert.equal(read.text, read.marked);
        assert.deepEqual([...encode(read.text), ...read.tail], [...bytes.subarray(0, cut)]);
        const next = text.codePointAt(read.text.length);
        if (read.tail.length > 0) {
          const [first, last] = codePointsFrom(read.tail) ?? [1, 0];
          assert.ok(next !== undefined && next >= first && next <= last);
        }
      }),
    );
  });

  it('knows what every beginning can become', () => {
    const beginnings = new Map<string, number[]>();
    for (let code = 0x80; code <= 0x10ffff; code++) {
      if (code < 0xd800 || code > 0xdfff) {
        const bytes = encode(String.fromCodePoint(code));
        for (let length = 1; length < bytes.length; length++) {
          const key = bytes.subarray(0, length).join();
          const range = beginnings.get(key) ?? [code, code, 0];
          beginnings.set(key, [range[0] ?? code, code, (range[2] ?? 0) + 1]);
        }
      }
    }
    for (let a = 0; a < 256; a++) {
      for (let b = -1; b < 256; b++) {
        const bytes = b < 0 ? [a] : [a, b];
        const range = codePointsFrom(Uint8Array.from(bytes));
        const [first, last, count] = beginnings.get(bytes.join()) ?? [];
        if (a === 0xed && b < 0) {
          assert.deepEqual(range, [0xd000, 0xdfff]);
        } else {
          assert.deepEqual(range, first === undefined ? null : [first, last], bytes.join());
          assert.ok(range === null || range[1] - range[0] + 1 === count);
        }
      }
    }
  });
});
