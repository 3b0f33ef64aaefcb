import type { Fact } from '../forget/fact';
import { SubjectMatcher } from '../text/subjectMatcher';
import { innerNodes, type TrieNode } from './answerTrie';
import { branchMass, type Probability } from './leakScores';

/** A fact whose answers can be tokenised. */
export interface ScorableFact {
  readonly fact: Fact;
  readonly trie: TrieNode;
}

/** A fact at a position: the tokens that would lead on towards its answer are the children of `node`. */
export interface Branch {
  /** Index into {@link FactIndex.facts}. */
  readonly fact: number;
  /** Its depth is the number of answer tokens that the text has just emitted. */
  readonly node: TrieNode;
}

/** Which facts count at one position. Says nothing of probabilities: it depends on the text alone. */
export interface PositionPlan {
  readonly position: number;
  /** Facts that stand at a node of their own here: all gated ones that are open, and ungated ones with a depth above 0. */
  readonly branches: readonly Branch[];
  /** Ungated facts among `branches`; all others of them stand at their roots. */
  readonly deepUngated: ReadonlySet<number>;
  /** Tokens whose probabilities are needed, without repeats. */
  readonly tokens: readonly number[];
}

/** Tokens of one record as the model reads them. */
export interface TokenizedText {
  readonly text: string;
  /** Model input, the prefix (BOS) included. */
  readonly ids: readonly number[];
  /** Number of leading tokens that are not the text's. */
  readonly prefix: number;
  /** UTF-16 range of every token in `ids`; empty at 0 for the prefix. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Where the facts that stand at an inner node below the root are found by the tokens that lead there. */
interface PathNode {
  readonly next: Map<number, PathNode>;
  readonly gated: Map<number, TrieNode>;
  readonly ungated: Map<number, TrieNode>;
}

/**
 * Tells for every position of a text which facts count there and at which depth. Work per position grows with the facts that
 * are open there; the ungated ones share one list of first tokens.
 */
export class FactIndex {
  readonly facts: readonly ScorableFact[];
  /** By first token: the ungated facts with an answer that starts so. */
  readonly ungatedByToken: ReadonlyMap<number, readonly number[]>;
  readonly #ungated: ReadonlySet<number>;
  /** Most first tokens that one ungated fact has. */
  readonly #widestUngated: number;
  readonly #ungatedTokens: readonly number[];
  readonly #paths: PathNode = newPathNode();
  readonly #subjects: SubjectMatcher;

  constructor(facts: readonly ScorableFact[]) {
    this.facts = facts;
    const byToken = new Map<number, number[]>();
    const ungated = new Set<number>();
    this.#ungated = ungated;
    const phrases: [string, number][] = [];
    let widest = 0;
    facts.forEach(({ fact, trie }, index) => {
      if (fact.subjects.length === 0) {
        ungated.add(index);
        widest = Math.max(widest, trie.children.size);
        for (const token of trie.children.keys()) {
          const list = byToken.get(token);
          list ? list.push(index) : byToken.set(token, [index]);
        }
      }
      for (const subject of fact.subjects) {
        phrases.push([subject, index]);
      }
      this.#addPaths(index, trie);
    });
    this.ungatedByToken = byToken;
    this.#widestUngated = widest;
    this.#ungatedTokens = [...byToken.keys()];
    this.#subjects = new SubjectMatcher(phrases);
  }

  #addPaths(fact: number, trie: TrieNode): void {
    for (const { node, path } of innerNodes(trie)) {
      if (path.length === 0) {
        continue;
      }
      let at = this.#paths;
      for (const token of path) {
        let next = at.next.get(token);
        if (next === undefined) {
          next = newPathNode();
          at.next.set(token, next);
        }
        at = next;
      }
      (this.#ungated.has(fact) ? at.ungated : at.gated).set(fact, node);
    }
  }

  /** The plan of every position at which some fact counts, in the order of the positions. */
  *plan(input: TokenizedText): Generator<PositionPlan> {
    const { text, ids, spans } = input;
    const gates = [...this.#subjects.firstEnds(text)].sort((a, b) => a[1] - b[1]);
    if (gates.length === 0 && this.#ungated.size === 0) {
      return;
    }
    const open = new Set<number>();
    let nextGate = 0;
    // Paths that the text is on, the longest first. They start in the text: a prefix token is no part of an answer.
    let active: PathNode[] = [];
    for (let position = Math.max(1, input.prefix); position <= ids.length; position++) {
      const previous = position - 1;
      const token = ids[previous];
      if (previous >= input.prefix && token !== undefined) {
        active = [...active, this.#paths].flatMap((node) => node.next.get(token) ?? []);
      }
      const start = spans[position]?.[0] ?? text.length;
      for (let gate = gates[nextGate]; gate !== undefined && gate[1] <= start; gate = gates[++nextGate]) {
        open.add(gate[0]);
      }
      if (open.size > 0 || this.#ungated.size > 0) {
        yield this.#planPosition(position, open, active);
      }
    }
  }

  #planPosition(position: number, open: ReadonlySet<number>, active: readonly PathNode[]): PositionPlan {
    const deep = new Map<number, TrieNode>();
    for (const { gated, ungated } of active) {
      // Thousands of facts may share a beginning of which few are open, or the other way round.
      const candidates = gated.size < open.size ? gated.keys() : open;
      for (const fact of candidates) {
        const node = gated.get(fact);
        if (node !== undefined && open.has(fact) && !deep.has(fact)) {
          deep.set(fact, node);
        }
      }
      for (const [fact, node] of ungated) {
        if (!deep.has(fact)) {
          deep.set(fact, node);
        }
      }
    }
    const branches: Branch[] = [];
    const deepUngated = new Set<number>();
    if (open.size === 0 && deep.size === 0) {
      return { position, branches, deepUngated, tokens: this.#ungatedTokens };
    }
    const tokens = new Set(this.#ungatedTokens);
    const add = (fact: number, node: TrieNode) => {
      branches.push({ fact, node });
      for (const token of node.children.keys()) {
        tokens.add(token);
      }
    };
    for (const fact of open) {
      const scorable = this.facts[fact];
      if (scorable !== undefined) {
        add(fact, deep.get(fact) ?? scorable.trie);
      }
    }
    for (const [fact, node] of deep) {
      if (this.#ungated.has(fact)) {
        deepUngated.add(fact);
        add(fact, node);
      }
    }
    return { position, branches, deepUngated, tokens: [...tokens] };
  }

  /** The branches whose tokens' probabilities add up to at least `floor`. `probability` is asked for the plan's tokens only. */
  survivors(plan: PositionPlan, probability: Probability, floor: number): Branch[] {
    const survivors = plan.branches.filter(({ node }) => branchMass(node, probability) >= floor);
    // Of the tokens that make up a mass of at least `floor`, one has at least its share of it.
    const share = (floor / Math.max(1, this.#widestUngated)) * (1 - 1e-9);
    const seen = new Set<number>();
    for (const [token, facts] of this.ungatedByToken) {
      if (probability(token) < share) {
        continue;
      }
      for (const fact of facts) {
        const scorable = this.facts[fact];
        if (scorable === undefined || seen.has(fact) || plan.deepUngated.has(fact)) {
          continue;
        }
        seen.add(fact);
        if (branchMass(scorable.trie, probability) >= floor) {
          survivors.push({ fact, node: scorable.trie });
        }
      }
    }
    return survivors;
  }
}

function newPathNode(): PathNode {
  return { next: new Map(), gated: new Map(), ungated: new Map() };
}
