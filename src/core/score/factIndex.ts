import type { Fact } from '../forget/fact';
import { SubjectMatcher } from '../text/subjectMatcher';
import { innerNodes, type TrieNode } from './answerTrie';
import { branchMass, type Probability } from './leakScores';

/** A sum may come out higher than its parts say, and a logarithm a little off in single precision. */
const ROUNDING = 1e-5;

/** A fact as far as a tokenizer can write it. */
export interface ScorableFact {
  readonly fact: Fact;
  /**
   * Answers that may follow anywhere. A class of tokens is one leaf below the root, under a token id of its own below 0.
   * Null: the fact has anchored answers only.
   */
  readonly trie: TrieNode | null;
  /** Every way to write an answer, in words: where the text goes on with one of them, it states the fact. */
  readonly forms: readonly string[];
}

/** A stretch of a text behind which answers are expected that are expected nowhere else. */
export interface Anchor {
  /** Index into {@link FactIndex.facts}. */
  readonly fact: number;
  /** UTF-16 offsets: an answer may start at `from`, or behind the white space there, at the latest at `to`. */
  readonly from: number;
  readonly to: number;
  readonly trie: TrieNode;
  readonly forms: readonly string[];
  /** Texts of computed answers, by answer index; null where the answers are the fact's own. */
  readonly computed: readonly string[] | null;
}

/** When a fact's gate opens: the UTF-16 offset at which its first-ending subject ends. */
export type Gate = readonly [fact: number, offset: number];

/** A fact at a position: the tokens that would lead on towards its answer are the children of `node`. */
export interface Branch {
  /** Index into {@link FactIndex.facts}. */
  readonly fact: number;
  /** Its depth is the number of answer tokens that the text has just emitted. */
  readonly node: TrieNode;
  /** Where the answers come from; null: the fact's own, that may follow anywhere. */
  readonly anchor: Anchor | null;
}

/** Which facts count at one position. Says nothing of probabilities: it depends on the text alone. */
export interface PositionPlan {
  readonly position: number;
  /** Facts that stand at a node of their own here: all gated ones that are open, anchored ones, and ungated ones with a depth above 0. */
  readonly branches: readonly Branch[];
  /** Ungated facts among `branches`; all others that have a trie stand at their roots. */
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
      if (isGated(fact)) {
        phrases.push(...fact.subjects.map((subject): [string, number] => [subject, index]));
      } else if (trie !== null) {
        ungated.add(index);
        widest = Math.max(widest, trie.children.size);
        for (const token of trie.children.keys()) {
          const list = byToken.get(token);
          list ? list.push(index) : byToken.set(token, [index]);
        }
      }
      if (trie !== null) {
        this.#addPaths(index, trie);
      }
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

  isGated(fact: number): boolean {
    return isGated(this.facts[fact]?.fact);
  }

  /** The gated facts whose gates open somewhere in the text, by rising offset. */
  gates(text: string): Gate[] {
    return [...this.#subjects.firstEnds(text)].sort((a, b) => a[1] - b[1]);
  }

  /**
   * The plan of every position at which some fact counts, in the order of the positions.
   * @param anchors where the anchored answers of the text are expected
   * @param everywhere also the positions at which no fact counts
   */
  *plan(
    input: TokenizedText,
    {
      gates = this.gates(input.text),
      anchors = [],
      everywhere = false,
    }: { gates?: readonly Gate[]; anchors?: readonly Anchor[]; everywhere?: boolean } = {},
  ): Generator<PositionPlan> {
    const { text, ids, spans } = input;
    if (gates.length === 0 && anchors.length === 0 && this.#ungated.size === 0 && !everywhere) {
      return;
    }
    const open = new Set<number>();
    let nextGate = 0;
    // Most positions are on no path, and one behind the other the same facts count there: those share their plan's lists.
    let resting: PositionPlan | null = null;
    // Paths that the text is on, the longest first. They start in the text: a prefix token is no part of an answer.
    let active: PathNode[] = [];
    let anchored: { readonly anchor: Anchor; readonly node: TrieNode }[] = [];
    for (let position = Math.max(1, input.prefix); position <= ids.length; position++) {
      const previous = position - 1;
      const token = ids[previous];
      if (previous >= input.prefix && token !== undefined) {
        if (active.length > 0 || this.#paths.next.has(token)) {
          active = [...active, this.#paths].flatMap((node) => node.next.get(token) ?? []);
        }
        if (anchored.length > 0) {
          anchored = anchored.flatMap(({ anchor, node }) => {
            const next = node.children.get(token);
            return next === undefined || next.children.size === 0 ? [] : [{ anchor, node: next }];
          });
        }
      }
      const start = spans[position]?.[0] ?? text.length;
      for (let gate = gates[nextGate]; gate !== undefined && gate[1] <= start; gate = gates[++nextGate]) {
        open.add(gate[0]);
        resting = null;
      }
      for (const anchor of anchors) {
        if (anchor.from <= start && start <= anchor.to) {
          anchored.push({ anchor, node: anchor.trie });
        }
      }
      const isResting = active.length === 0 && anchored.length === 0;
      const plan: PositionPlan =
        isResting && resting !== null ? { ...resting, position } : this.#planPosition(position, open, active, anchored);
      resting = isResting ? plan : resting;
      if (plan.tokens.length > 0 || everywhere) {
        yield plan;
      }
    }
  }

  #planPosition(
    position: number,
    open: ReadonlySet<number>,
    active: readonly PathNode[],
    anchored: readonly { readonly anchor: Anchor; readonly node: TrieNode }[],
  ): PositionPlan {
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
    if (open.size === 0 && deep.size === 0 && anchored.length === 0) {
      return { position, branches, deepUngated, tokens: this.#ungatedTokens };
    }
    const tokens = new Set(this.#ungatedTokens);
    const add = (branch: Branch) => {
      branches.push(branch);
      for (const token of branch.node.children.keys()) {
        tokens.add(token);
      }
    };
    // Those that the text is furthest into come first.
    const anchoredFacts = new Set<number>();
    for (const { anchor, node } of anchored) {
      const { fact } = anchor;
      const counts = open.has(fact) || !isGated(this.facts[fact]?.fact);
      if (counts && !anchoredFacts.has(fact)) {
        anchoredFacts.add(fact);
        add({ fact, node, anchor });
      }
    }
    for (const fact of open) {
      const node = anchoredFacts.has(fact) ? null : (deep.get(fact) ?? this.facts[fact]?.trie ?? null);
      if (node !== null) {
        add({ fact, node, anchor: null });
      }
    }
    for (const [fact, node] of deep) {
      if (this.#ungated.has(fact) && !anchoredFacts.has(fact)) {
        add({ fact, node, anchor: null });
      }
    }
    for (const { fact } of branches) {
      if (this.#ungated.has(fact)) {
        deepUngated.add(fact);
      }
    }
    return { position, branches, deepUngated, tokens: [...tokens] };
  }

  /** Where some branch's mass reaches `floor`, one of the plan's tokens is likelier than this. */
  bar({ branches }: PositionPlan, floor: number): number {
    const widest = branches.reduce((most, { node }) => Math.max(most, node.children.size), this.#widestUngated);
    // Of the tokens that make up a mass of at least `floor`, one has at least its share of it.
    return (floor / Math.max(1, widest)) * (1 - ROUNDING);
  }

  /** The branches whose tokens' probabilities add up to at least `floor`. `probability` is asked for the plan's tokens only. */
  survivors(plan: PositionPlan, probability: Probability, floor: number): Branch[] {
    const survivors = plan.branches.filter(({ node }) => branchMass(node, probability) >= floor);
    if (this.ungatedByToken.size === 0) {
      return survivors;
    }
    const bar = this.bar(plan, floor);
    const seen = new Set<number>();
    for (const [token, facts] of this.ungatedByToken) {
      if (probability(token) < bar) {
        continue;
      }
      for (const fact of facts) {
        const node = this.facts[fact]?.trie ?? null;
        if (node === null || seen.has(fact) || plan.deepUngated.has(fact)) {
          continue;
        }
        seen.add(fact);
        if (branchMass(node, probability) >= floor) {
          survivors.push({ fact, node, anchor: null });
        }
      }
    }
    return survivors;
  }
}

/** Whether the fact counts only where one of its subjects stands in the left context. */
function isGated(fact: Fact | undefined): boolean {
  return (fact?.gated ?? false) && (fact?.subjects.length ?? 0) > 0;
}

function newPathNode(): PathNode {
  return { next: new Map(), gated: new Map(), ungated: new Map() };
}
