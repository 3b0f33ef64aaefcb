/** Bytes of the well-formed character that starts at `at` (Unicode 16, table 3-7); 0 if there is none. */
export function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === undefined) {
    return 0;
  }
  if (first < 0x80) {
    return 1;
  }
  const length = lengthFromLead(first);
  // The second byte also keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (length === 0 || second < low || second > high) {
    return 0;
  }
  for (let i = 2; i < length; i++) {
    if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}

/** Bytes of a character of several bytes, from the first of them; 0 where that starts none. */
function lengthFromLead(lead: number): number {
  return lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** First and last code point of so many bytes: anything else is an overlong form or beyond Unicode. */
const BOUNDS: Readonly<Record<number, readonly [number, number]>> = {
  2: [0x80, 0x7ff],
  3: [0x800, 0xffff],
  4: [0x10000, 0x10ffff],
};

/**
 * The code points of several bytes whose UTF-8 starts with `bytes` and is longer; null where there are none. All between the two belong,
 * except surrogates.
 */
export function codePointsFrom(bytes: Uint8Array): readonly [first: number, last: number] | null {
  const lead = bytes[0] ?? 0;
  const length = lengthFromLead(lead);
  if (length <= bytes.length) {
    return null;
  }
  let value = lead & (0xff >> (length + 1));
  for (const byte of bytes.subarray(1)) {
    if ((byte & 0xc0) !== 0x80) {
      return null;
    }
    value = (value << 6) | (byte & 0x3f);
  }
  const missing = 6 * (length - bytes.length);
  const [lowest, highest] = BOUNDS[length] ?? [0, 0];
  const first = Math.max(lowest, value << missing);
  const last = Math.min(highest, ((value + 1) << missing) - 1);
  const isSurrogate = first >= 0xd800 && last <= 0xdfff;
  return first > last || isSurrogate ? null : [first, last];
}
