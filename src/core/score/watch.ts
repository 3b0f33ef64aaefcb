import type { Fact } from '../forget/fact';
import { isWordEdge } from '../text/letters';
import { PhraseIndex } from '../text/phraseIndex';
import { type AnswerNode, type AnswerPath, AnswerTrie, TrieWalk } from './answerTrie';
import type { LeakKind } from './leak';

/** A fact with the token paths of its answers. */
export interface WatchedFact {
  readonly fact: Fact;
  readonly trie: AnswerTrie;
}

/** A (position, fact) pair whose gate is open: what the models must be asked there. */
export interface Watch {
  readonly position: number;
  readonly watched: WatchedFact;
  /** Its children are A: the tokens that would continue towards an answer. */
  readonly node: AnswerNode;
}

/** A forget set made ready for scoring; which pairs matter in a text follows from the text alone. */
export class WatchList {
  readonly #facts: readonly WatchedFact[];
  readonly #subjects = new PhraseIndex();
  readonly #ungated: WatchedFact[] = [];

  /** @param pathsOf all tokenisations of a fact's answers; facts without any are left out */
  constructor(facts: readonly Fact[], pathsOf: (fact: Fact) => readonly AnswerPath[]) {
    this.#facts = facts
      .map((fact) => ({ fact, trie: new AnswerTrie(pathsOf(fact)) }))
      .filter(({ trie }) => !trie.isEmpty);
    for (const [index, watched] of this.#facts.entries()) {
      for (const subject of watched.fact.subjects) {
        this.#subjects.add(subject, index);
      }
      if (watched.fact.subjects.length === 0) {
        this.#ungated.push(watched);
      }
    }
  }

  /**
   * All pairs of one record, by fact, then by position.
   * @param ids the model input; `spans` its UTF-16 ranges in `text`, one per id
   * @param first first position that is scored; the last is `ids.length`, the record's end
   */
  watchesOf(
    text: string,
    ids: readonly number[],
    spans: readonly (readonly [number, number])[],
    first: number,
  ): Watch[] {
    const openFrom = new Map<WatchedFact, number>(this.#ungated.map((watched) => [watched, 0]));
    for (const { owner, end } of this.#subjects.find(text)) {
      const watched = this.#facts[owner];
      if (watched !== undefined) {
        openFrom.set(watched, Math.min(end, openFrom.get(watched) ?? end));
      }
    }
    const watches: Watch[] = [];
    for (const [watched, open] of openFrom) {
      const walk = new TrieWalk(watched.trie);
      for (let position = 1; position <= ids.length; position++) {
        walk.push(ids[position - 1] ?? -1);
        if (position >= first && (spans[position]?.[0] ?? text.length) >= open) {
          watches.push({ position, watched, node: walk.node });
        }
      }
    }
    return watches;
  }
}

/**
 * Whether the text itself goes on with an answer.
 * @param from UTF-16 offset where the answer would start: the span start of the token `depth` places before the predicted one
 */
export function kindAt(text: string, from: number, fact: Fact): LeakKind {
  const start = from + (/^\s*/u.exec(text.slice(from, from + 64))?.[0].length ?? 0);
  const stated = fact.answers.some(
    (answer) => text.startsWith(answer, start) && isWordEdge(text, start + answer.length),
  );
  return stated ? 'stated' : 'shadow';
}
