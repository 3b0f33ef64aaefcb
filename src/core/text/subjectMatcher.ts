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
  }

  /** For every owner that is named in `text`: the UTF-16 offset at which its first-ending match ends. */
  firstEnds(text: string): Map<number, number> {
    const ends = new Map<number, number>();
    if (this.#root.next.size === 0) {
      return ends;
    }
    for (let start = 0; start < text.length; start += sizeAt(text, start)) {
      let node = this.#root.next.get(foldCodePoint(text.codePointAt(start) ?? 0));
      if (node === undefined || isWordContinuedBefore(text, start)) {
        continue;
      }
      let at = start + sizeAt(text, start);
      while (node !== undefined) {
        if (node.owners.length > 0 && !isWordContinuedAt(text, at)) {
          for (const owner of node.owners) {
            ends.set(owner, Math.min(at, ends.get(owner) ?? at));
          }
        }
        const code = text.codePointAt(at);
        if (code === undefined) {
          break;
        }
        node = node.next.get(foldCodePoint(code));
        at += code > 0xffff ? 2 : 1;
      }
    }
    return ends;
  }
}

function newNode(): Node {
  return { next: new Map(), owners: [] };
}

/** UTF-16 units of the code point at `offset`. */
function sizeAt(text: string, offset: number): number {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
