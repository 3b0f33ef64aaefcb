/** UTF-16 range [start, end) of a token in its text. */
export type Span = readonly [start: number, end: number];

export interface Alignment {
  readonly spans: Span[];
  /** False where some token's place could not be proved and was set between its neighbours. */
  readonly exact: boolean;
}

const SPACE = 0x20;

/**
 * Puts tokens on the text they came from, by their bytes.
 *
 * The tokens' bytes must be the text's UTF-8, in order. Two liberties of real tokenizers are taken into account and stay exact:
 * a space put before the text, and (with `skipsSpace`) white space that belongs to no token. A token that holds part of a
 * character is widened to the whole character. A token whose bytes are unknown or not there (an unknown word, a normaliser that
 * changes the text) gets the text up to the next token that can be placed, and the alignment is not exact.
 */
export function align(text: string, tokens: readonly (Uint8Array | null)[], skipsSpace: boolean): Alignment {
  const source = utf8WithOffsets(text);
  const { bytes } = source;
  const spans: Span[] = [];
  let exact = true;
  let at = 0;
  for (let i = 0; i < tokens.length; i++) {
    let token = tokens[i] ?? null;
    if (i === 0 && token !== null && token[0] === SPACE && bytes[0] !== SPACE) {
      token = token.subarray(1);
    }
    let start = skipsSpace ? skipSpace(bytes, at) : at;
    if (token === null || !startsWith(bytes, token, start)) {
      exact = false;
      const next = tokens.slice(i + 1, i + 9).find((later) => later !== null && later.length > 0) ?? null;
      const found = token === null || token.length === 0 ? -1 : indexOf(bytes, token, start, start + 64);
      if (found >= 0 && token !== null) {
        start = found;
      } else {
        const end = next === null ? bytes.length : Math.max(start, indexOf(bytes, next, start, bytes.length));
        spans.push(toSpan(source, start, i === tokens.length - 1 ? bytes.length : end));
        at = i === tokens.length - 1 ? bytes.length : end;
        continue;
      }
    }
    const end = start + (token?.length ?? 0);
    spans.push(toSpan(source, start, end));
    at = end;
  }
  const rest = skipsSpace ? skipSpace(bytes, at) : at;
  return { spans, exact: exact && rest === bytes.length };
}

interface Source {
  readonly bytes: Uint8Array;
  /** UTF-16 offset of the character that each byte belongs to; one entry more for the end. */
  readonly starts: Uint32Array;
  /** UTF-16 offset behind that character. */
  readonly ends: Uint32Array;
}

function utf8WithOffsets(text: string): Source {
  const bytes = new TextEncoder().encode(text);
  const starts = new Uint32Array(bytes.length + 1);
  const ends = new Uint32Array(bytes.length + 1);
  let byte = 0;
  for (let unit = 0; unit < text.length; ) {
    const code = text.codePointAt(unit) ?? 0;
    const units = code > 0xffff ? 2 : 1;
    // A lone surrogate is encoded as U+FFFD, which takes three bytes as well.
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code <= 0xffff ? 3 : 4;
    starts.fill(unit, byte, byte + size);
    ends.fill(unit + units, byte, byte + size);
    byte += size;
    unit += units;
  }
  starts[bytes.length] = text.length;
  ends[bytes.length] = text.length;
  return { bytes, starts, ends };
}

function toSpan({ starts, ends }: Source, start: number, end: number): Span {
  const from = starts[start] ?? 0;
  return end > start ? [from, ends[end - 1] ?? from] : [from, from];
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === SPACE || (byte !== undefined && byte >= 9 && byte <= 13); byte = bytes[at]) {
    at++;
  }
  return at;
}

function startsWith(bytes: Uint8Array, token: Uint8Array, at: number): boolean {
  if (at + token.length > bytes.length) {
    return false;
  }
  for (let i = 0; i < token.length; i++) {
    if (bytes[at + i] !== token[i]) {
      return false;
    }
  }
  return true;
}

function indexOf(bytes: Uint8Array, token: Uint8Array, from: number, to: number): number {
  for (let at = from; at <= Math.min(to, bytes.length - token.length); at++) {
    if (startsWith(bytes, token, at)) {
      return at;
    }
  }
  return -1;
}
