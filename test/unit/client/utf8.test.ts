import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeUtf8, describeEncoding, firstInvalidByte } from '../../../src/client/utf8';

describe('strict UTF-8', function () {
  this.timeout(30_000);
  it('finds the first byte that a text cannot go on with, as the platform decoder sees it', () => {
    const nearUtf8 = fc.array(
      fc.oneof(
        fc.constantFrom([0x61], [0xc3, 0xa9], [0xe2, 0x80, 0xa8], [0xf0, 0x9f, 0x98, 0x80], [0xef, 0xbb, 0xbf]),
        fc.constantFrom(
          [0xc0, 0x80],
          [0xe0, 0x9f, 0xbf],
          [0xed, 0xa0, 0x80],
          [0xf4, 0x90, 0x80, 0x80],
          [0xf0, 0x8f, 0xbf, 0xbf],
        ),
        fc.constantFrom([0xff], [0x80], [0xe2, 0x80], [0xf0, 0x9f, 0x98], [0xc3]),
        fc.array(fc.nat(255), { maxLength: 3 }),
      ),
      { maxLength: 6 },
    );
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const accepts = (bytes: Uint8Array, options: { stream: boolean }) => {
      try {
        decoder.decode(bytes, options);
        return true;
      } catch {
        return false;
      } finally {
        try {
          decoder.decode();
        } catch {
          // Ends the stream; what hung in the air does not matter.
        }
      }
    };
    fc.assert(
      fc.property(nearUtf8, (parts) => {
        const bytes = Uint8Array.from(parts.flat());
        const at = firstInvalidByte(bytes);
        assert.equal(at === bytes.length, accepts(bytes, { stream: false }));
        assert.ok(accepts(bytes.subarray(0, at), { stream: false }), 'what stands before is whole characters');
        assert.deepEqual(
          decodeUtf8(bytes),
          at < bytes.length ? { invalidAt: at } : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a byte-order mark, which counts in offsets', () => {
    assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  });

  it('recognises UTF-16', () => {
    assert.match(
      describeEncoding(Uint8Array.of(0xff, 0xfe, 0x61, 0), 0),
      /byte 0 \(it looks like UTF-16\); save the file as UTF-8/,
    );
    assert.doesNotMatch(describeEncoding(Uint8Array.of(0xe9), 0), /UTF-16/);
  });
});
