import { isWordEdge } from './letters';

interface Node {
  readonly next: Map<string, Node>;
  /** Owners of the phrases that end here. */
  readonly owners: number[];
}

/** A phrase found in a text; UTF-16 range [start, end). */
export interface Occurrence {
  readonly owner: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds many phrases in a text at once, whole words only and whatever their case.
 * The time for a text does not depend on the number of phrases, only on how far they agree with it.
 */
export class PhraseIndex {
  readonly #root: Node = { next: new Map(), owners: [] };

  /** `owner` is any number the caller knows the phrase by; several phrases may share one. */
  add(phrase: string, owner: number): void {
    let node = this.#root;
    for (const unit of fold(phrase)) {
      let next = node.next.get(unit);
      if (next === undefined) {
        next = { next: new Map(), owners: [] };
        node.next.set(unit, next);
      }
      node = next;
    }
    if (node !== this.#root) {
      node.owners.push(owner);
    }
  }

  /** All occurrences, by rising start. */
  find(text: string): Occurrence[] {
    const found: Occurrence[] = [];
    const folded = fold(text);
    for (let start = 0; start < folded.length; start++) {
      let node = this.#root.next.get(folded[start] as string);
      if (node === undefined || !isWordEdge(text, start)) {
        continue;
      }
      for (let end = start + 1; node !== undefined; end++) {
        if (node.owners.length > 0 && isWordEdge(text, end)) {
          for (const owner of node.owners) {
            found.push({ owner, start, end });
          }
        }
        node = node.next.get(folded[end] ?? '');
      }
    }
    return found;
  }
}

/** Lower case, unit by unit, so that offsets stay those of the text. */
function fold(text: string): string[] {
  return Array.from({ length: text.length }, (_, i) => {
    const unit = text.charAt(i);
    const lower = unit.toLowerCase();
    return lower.length === 1 ? lower : unit;
  });
}
