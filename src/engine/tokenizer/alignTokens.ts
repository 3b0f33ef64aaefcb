import type { Approximation } from '../../core/score/approximation';
import type { MappedText } from './mappedText';

/** One token of an encoded text, as far as its place in the text can be told from itself. */
export type AlignableToken =
  /** Bytes of text, or of a second reading of the token. */
  | { readonly kind: 'text'; readonly bytes: Uint8Array; readonly literal: Uint8Array | null }
  /** An added token (`<|endoftext|>`), which stood in the text literally. */
  | { readonly kind: 'added'; readonly spelling: Uint8Array }
  /** Stands for any characters that the vocabulary lacks. */
  | { readonly kind: 'unknown' };

export interface Alignment {
  /** UTF-16 range in the original text, by token. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  /** Null: putting the tokens' bytes together gives the text, byte for byte; white space that the tokenizer drops aside. */
  readonly approximate: Approximation | null;
}

const SPACE = 0x20;
/** How far to look for a token whose place was lost, in bytes. */
const SEARCH = 512;

/**
 * Finds the place of every token by reading text and tokens side by side. A tokenizer may put one space in front of the text
 * and of what follows an added token, and may drop white space between tokens; anything else that does not fit is reported.
 */
export function alignTokens(mapped: MappedText, tokens: readonly AlignableToken[]): Alignment {
  const text = new ByteText(mapped);
  const ranges: [start: number, end: number][] = [];
  let approximate: Approximation | null = null;
  let cursor = 0;
  let next = 0;
  // From one added token to the next; what lies behind the last one must be covered, too.
  for (let index = 0; index <= tokens.length; index = next + 1) {
    next = index;
    while (next < tokens.length && tokens[next]?.kind !== 'added') {
      next++;
    }
    const added = tokens[next];
    const found = added?.kind === 'added' ? text.find(added.spelling, cursor) : null;
    const sectionEnd = found?.[0] ?? text.bytes.length;
    const section = alignSection(text, cursor, sectionEnd, tokens.slice(index, next));
    for (const range of section.ranges) {
      ranges.push(range);
    }
    approximate ??= section.approximate;
    cursor = sectionEnd;
    if (added !== undefined) {
      if (found === null) {
        approximate ??= 'lost-special-token';
        cursor = section.ranges.at(-1)?.[1] ?? cursor;
      }
      ranges.push(found ?? [cursor, cursor]);
      cursor = found?.[1] ?? cursor;
    }
  }
  return { spans: ranges.map(([start, end]) => text.span(start, end)), approximate };
}

interface Section {
  readonly ranges: [start: number, end: number][];
  readonly approximate: Approximation | null;
}

/** Tokens without added ones between them. The tokenizer may have put a space in front; whichever reading fits is taken. */
function alignSection(text: ByteText, from: number, to: number, tokens: readonly AlignableToken[]): Section {
  const first = tokens[0];
  if (first?.kind !== 'text' || first.bytes[0] !== SPACE) {
    return alignTokensOf(text, from, to, tokens);
  }
  const withoutSpace = [{ ...first, bytes: first.bytes.subarray(1) }, ...tokens.slice(1)];
  const length = tokens.reduce((sum, token) => sum + (token.kind === 'text' ? token.bytes.length : 0), 0);
  // Where a space was put in front the tokens are one byte longer than the text.
  const isLikely = length === to - from + 1;
  const section = alignTokensOf(text, from, to, isLikely ? withoutSpace : tokens);
  if (section.approximate === null) {
    return section;
  }
  const other = alignTokensOf(text, from, to, isLikely ? tokens : withoutSpace);
  return other.approximate === null ? other : section;
}

function alignTokensOf(text: ByteText, from: number, to: number, tokens: readonly AlignableToken[]): Section {
  const ranges: [start: number, end: number][] = [];
  let approximate: Approximation | null = null;
  let cursor = from;

  tokens.forEach((token, index) => {
    if (token.kind !== 'text') {
      approximate ??= 'unknown-characters';
      const following = tokens.slice(index + 1).find((other) => other.kind === 'text' && other.bytes.length > 0);
      cursor = text.skipSpace(cursor, to);
      const isLast = tokens.slice(index + 1).every((other) => other.kind !== 'text');
      const end =
        following?.kind === 'text' ? text.search(trimSpace(following.bytes), Math.min(cursor + 1, to), to) : null;
      const stop = end ?? (isLast ? to : cursor);
      ranges.push([cursor, stop]);
      cursor = stop;
      return;
    }
    let { bytes } = token;
    let start = text.match(bytes, cursor, to);
    if (start === null && token.literal !== null) {
      bytes = token.literal;
      start = text.match(bytes, cursor, to);
    }
    if (start === null) {
      start = text.search(bytes, cursor, Math.min(to, cursor + SEARCH));
      approximate ??= 'changed-text';
    }
    if (start === null) {
      ranges.push([cursor, cursor]);
      return;
    }
    ranges.push([start, start + bytes.length]);
    cursor = start + bytes.length;
  });
  if (text.skipSpace(cursor, to) < to) {
    approximate ??= 'dropped-characters';
  }
  return { ranges, approximate };
}

function trimSpace(bytes: Uint8Array): Uint8Array {
  return bytes[0] === SPACE && bytes.length > 1 ? bytes.subarray(1) : bytes;
}

/** A mapped text as UTF-8, each byte knowing the character that it is part of. A lone surrogate is encoded as U+FFFD. */
class ByteText {
  readonly bytes: Uint8Array;
  /** First UTF-16 unit, in the mapped text, of the character that a byte belongs to. */
  readonly #units: Int32Array;

  constructor(private readonly mapped: MappedText) {
    this.bytes = new TextEncoder().encode(mapped.text);
    this.#units = new Int32Array(this.bytes.length);
    let byte = 0;
    let unit = 0;
    for (const char of mapped.text) {
      const code = char.codePointAt(0) ?? 0;
      const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      this.#units.fill(unit, byte, byte + size);
      byte += size;
      unit += char.length;
    }
  }

  /** Range in the original text of the characters that bytes [start, end) are part of. */
  span(start: number, end: number): readonly [start: number, end: number] {
    const { starts, ends } = this.mapped;
    const first = this.#units[start];
    if (end <= start || first === undefined) {
      const here = first === undefined ? (ends.at(-1) ?? 0) : (starts[first] ?? 0);
      return [here, here];
    }
    const last = this.#units[end - 1] ?? first;
    return [starts[first] ?? 0, ends[last] ?? 0];
  }

  /** Where `bytes` stand at `at`, or behind nothing but white space from there; null when they do not. */
  match(bytes: Uint8Array, at: number, to: number): number | null {
    for (let start = at; ; ) {
      if (this.#isAt(bytes, start, to)) {
        return start;
      }
      const next = this.#afterSpace(start);
      if (next === start || next > to) {
        return null;
      }
      start = next;
    }
  }

  search(bytes: Uint8Array, from: number, to: number): number | null {
    for (let start = from; start + bytes.length <= to; start++) {
      if (this.#isAt(bytes, start, to)) {
        return start;
      }
    }
    return null;
  }

  /** The first place from `from` on at which `bytes` stand. */
  find(bytes: Uint8Array, from: number): [start: number, end: number] | null {
    const haystack = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const start = bytes.length > 0 ? haystack.indexOf(bytes, from) : -1;
    return start < 0 ? null : [start, start + bytes.length];
  }

  skipSpace(from: number, to: number): number {
    let at = from;
    for (let next = this.#afterSpace(at); at < to && next > at; next = this.#afterSpace(at)) {
      at = next;
    }
    return Math.min(at, to);
  }

  #isAt(bytes: Uint8Array, at: number, to: number): boolean {
    if (at + bytes.length > to) {
      return false;
    }
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== this.bytes[at + i]) {
        return false;
      }
    }
    return true;
  }

  /** The byte behind the white-space character at `at`; `at` itself when there is none. */
  #afterSpace(at: number): number {
    const unit = this.#units[at];
    if (unit === undefined || !/\s/u.test(this.mapped.text[unit] ?? '')) {
      return at;
    }
    let next = at + 1;
    while (next < this.bytes.length && this.#units[next] === unit) {
      next++;
    }
    return next;
  }
}
