/** A text with, for every UTF-16 unit, the range of the original text that it came from. */
export interface MappedText {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Every character maps to itself; both halves of a surrogate pair map to the whole pair. */
export function identityMap(text: string): MappedText {
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let at = 0;
  for (const char of text) {
    const end = at + char.length;
    starts.fill(at, at, end);
    ends.fill(end, at, end);
    at = end;
  }
  return { text, starts, ends };
}

/** Collects a mapped text piece by piece. */
class Collector {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Units [from, to) of `source` as they are. */
  copy(source: MappedText, from: number, to: number): void {
    this.#text += source.text.slice(from, to);
    for (let unit = from; unit < to; unit++) {
      this.#starts.push(source.starts[unit] ?? 0);
      this.#ends.push(source.ends[unit] ?? 0);
    }
  }

  /** `text` in the place of units [from, to) of `source`: each of its units comes from all of them. */
  replace(source: MappedText, from: number, to: number, text: string): void {
    const start = source.starts[from] ?? source.ends[from - 1] ?? 0;
    const end = to > from ? (source.ends[to - 1] ?? start) : start;
    this.#text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  finish(): MappedText {
    return { text: this.#text, starts: Int32Array.from(this.#starts), ends: Int32Array.from(this.#ends) };
  }
}

/** `text.replaceAll(pattern, content)` with the map kept. A regular expression must be global. */
export function mapReplacement(source: MappedText, pattern: RegExp | string, content: string): MappedText {
  const result = new Collector();
  let at = 0;
  for (const [start, matched] of matchesOf(source.text, pattern)) {
    result.copy(source, at, start);
    at = start + matched.length;
    result.replace(source, start, at, matched.replace(pattern, content));
  }
  result.copy(source, at, source.text.length);
  return result.finish();
}

function* matchesOf(text: string, pattern: RegExp | string): Generator<[start: number, matched: string]> {
  if (typeof pattern !== 'string') {
    for (const match of text.matchAll(pattern)) {
      yield [match.index, match[0]];
    }
    return;
  }
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + Math.max(1, pattern.length))) {
    yield [at, pattern];
  }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Units that are segmented at once: each segment comes with a copy of the text that it was cut from. */
const PIECE = 512;

function* graphemesOf(text: string): Generator<[index: number, segment: string]> {
  for (let start = 0; start < text.length; ) {
    const isLast = start + PIECE >= text.length;
    const segments = [...graphemes.segment(text.slice(start, start + PIECE))];
    // The last one may go on behind the piece.
    const whole = isLast || segments.length === 1 ? segments : segments.slice(0, -1);
    for (const { segment, index } of whole) {
      yield [start + index, segment];
    }
    start += whole.reduce((length, { segment }) => length + segment.length, 0);
  }
}

/**
 * The text after `change`, applied to one user-perceived character at a time: Unicode normalisation, case and accents do not
 * reach across those. Whoever changes more than that shows when the tokens are compared with the result.
 */
export function mapGraphemes(source: MappedText, change: (text: string) => string): MappedText {
  if (change(source.text) === source.text) {
    return source;
  }
  const result = new Collector();
  for (const [index, segment] of graphemesOf(source.text)) {
    const changed = change(segment);
    if (changed === segment) {
      result.copy(source, index, index + segment.length);
    } else {
      result.replace(source, index, index + segment.length, changed);
    }
  }
  return result.finish();
}
