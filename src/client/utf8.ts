/** Decodes whole UTF-8 strictly; a byte-order mark stays, as U+FEFF. Throws TypeError on anything that is not UTF-8. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, or the offset of the first byte that cannot be part of UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | { readonly invalidAt: number } {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return { invalidAt: firstInvalidByte(bytes) };
    }
    throw error;
  }
}

/** Offset of the first byte that starts no well-formed UTF-8 character (Unicode 16, table 3-7); the length if all are good. */
export function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      return at;
    }
    at += length;
  }
  return at;
}

/** Bytes of the well-formed character that starts at `at`, 0 if there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) {
    return 1;
  }
  if (first < 0xc2 || first > 0xf4) {
    return 0;
  }
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte also keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) {
    return 0;
  }
  for (let i = 2; i < length; i++) {
    if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}

/** What an invalid byte says about the file, and the mend. */
export function describeEncoding(head: Uint8Array, invalidAt: number): string {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const guess = utf16 ? ' (it looks like UTF-16)' : '';
  return `not valid UTF-8 at byte ${invalidAt}${guess}; save the file as UTF-8`;
}
