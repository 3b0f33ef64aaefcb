import { foldCodePoint } from './foldCase';
import { isWordContinuedAt, isWordContinuedBefore } from './letters';

interface Node {
  readonly next: Map<number, Node>;
  /** Owners whose phrase ends here. */
  readonly owners: number[];
}

/**
 * Finds many phrases in a text at once, in any case, as whole words: no letter or digit stands next to a match, except those of
 * scripts that put no spaces between words.
 * The cost grows with the text and the overlap of the phrases, not with their number.
 */
export class SubjectMatcher {
  readonly #root: Node = newNode();
  /** By code unit below 128: whether a phrase may start with it. Nearly all of most texts is told apart by this. */
  readonly #starts = new Uint8Array(128);

  /** Phrases with their owners' numbers; empty phrases are left out. */
  constructor(phrases: Iterable<readonly [phrase: string, owner: number]>) {
    for (const [phrase, owner] of phrases) {
      let node = this.#root;
      for (const char of phrase) {
        const code = foldCodePoint(char.codePointAt(0) ?? 0);
        let next = node.next.get(code);
        if (next === undefined) {
          next = newNode();
          node.next.set(code, next);
        }
        node = next;
      }
      if (node !== this.#root) {
        node.owners.push(owner);
      }
    }
    for (let code = 0; code < this.#starts.length; code++) {
      this.#starts[code] = this.#root.next.has(foldCodePoint(code)) ? 1 : 0;
    }
  }

  /** For every owner that is named in `text`: the UTF-16 offset at which its first-ending match ends. */
  firstEnds(text: string): Map<number, number> {
    const ends = new Map<number, number>();
    for (const { owners, end } of this.#matches(text)) {
      for (const owner of owners) {
        ends.set(owner, Math.min(end, ends.get(owner) ?? end));
      }
    }
    return ends;
  }

  /** Where phrases stand, as UTF-16 ranges that do not overlap: the leftmost first, of those that start together the longest. */
  ranges(text: string): (readonly [start: number, end: number])[] {
    const ranges: [number, number][] = [];
    for (const { start, end } of this.#matches(text)) {
      const last = ranges.at(-1);
      if (last === undefined || start >= last[1]) {
        ranges.push([start, end]);
      } else if (start === last[0]) {
        last[1] = end;
      }
    }
    return ranges;
  }

  /** Every match, by rising start, then by rising end. */
  *#matches(
    text: string,
  ): Generator<{ readonly start: number; readonly end: number; readonly owners: readonly number[] }> {
    if (this.#root.next.size === 0) {
      return;
    }
    for (let start = 0; start < text.length; start += sizeAt(text, start)) {
      if (this.#starts[text.charCodeAt(start)] === 0 || isWordContinuedBefore(text, start)) {
        continue;
      }
      let node = this.#root.next.get(foldCodePoint(text.codePointAt(start) ?? 0));
      if (node === undefined) {
        continue;
      }
      let at = start + sizeAt(text, start);
      while (node !== undefined) {
        if (node.owners.length > 0 && !isWordContinuedAt(text, at)) {
          yield { start, end: at, owners: node.owners };
        }
        const code = text.codePointAt(at);
        if (code === undefined) {
          break;
        }
        node = node.next.get(foldCodePoint(code));
        at += code > 0xffff ? 2 : 1;
      }
    }
  }
}

function newNode(): Node {
  return { next: new Map(), owners: [] };
}

/** UTF-16 units of the code point at `offset`. */
function sizeAt(text: string, offset: number): number {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
