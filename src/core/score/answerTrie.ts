/**
 * A node of a fact's answer trie: what may still follow after the answer tokens on the way here. The root stands before the
 * first token. A node is either a leaf, where an answer is complete, or an inner node with children.
 */
export interface TrieNode {
  /** Token that leads here from the parent; -1 at the root. */
  readonly token: number;
  /** Number of tokens from the root. */
  readonly depth: number;
  /** By token id. */
  readonly children: ReadonlyMap<number, TrieNode>;
  /** Indices into the fact's answers of those that end here; empty at inner nodes. */
  readonly answers: readonly number[];
  /** What the tokens on the way here may stand for in a text; empty at inner nodes and for classes of tokens. */
  readonly spellings: readonly Spelling[];
}

/** A text that is written with certain tokens. */
export interface Spelling {
  readonly text: string;
  /** By number of tokens, from 0 on: how much of the text they say. */
  readonly said: readonly Said[];
}

/** A beginning of a text: whole characters, in UTF-16 units, and so many bytes in UTF-8 of the character behind them. */
export interface Said {
  readonly units: number;
  readonly bytes: number;
}

/** One tokenisation of one answer. */
export interface AnswerPath {
  readonly tokens: readonly number[];
  /** Index into the fact's answers. */
  readonly answer: number;
  readonly spellings: readonly Spelling[];
}

interface Draft {
  readonly token: number;
  readonly depth: number;
  readonly children: Map<number, Draft>;
  readonly answers: number[];
  readonly spellings: Spelling[];
}

/**
 * The trie of all paths. A path that extends another one is dropped, so that no path is counted within another and their
 * probabilities may be added. Empty paths are left out; null when nothing is left.
 */
export function buildAnswerTrie(paths: readonly AnswerPath[]): TrieNode | null {
  const root = draft(-1, 0);
  // Shorter paths first: whoever comes later and runs through a leaf extends it.
  for (const { tokens, answer, spellings } of [...paths].sort((a, b) => a.tokens.length - b.tokens.length)) {
    if (tokens.length === 0) {
      continue;
    }
    let node = root;
    let isExtension = false;
    for (const token of tokens) {
      if (node.answers.length > 0) {
        isExtension = true;
        break;
      }
      let child = node.children.get(token);
      if (child === undefined) {
        child = draft(token, node.depth + 1);
        node.children.set(token, child);
      }
      node = child;
    }
    if (!isExtension) {
      if (!node.answers.includes(answer)) {
        node.answers.push(answer);
      }
      const known = new Set(node.spellings.map(({ text }) => text));
      node.spellings.push(...spellings.filter(({ text }) => !known.has(text)));
    }
  }
  return root.children.size > 0 ? root : null;
}

function draft(token: number, depth: number): Draft {
  return { token, depth, children: new Map(), answers: [], spellings: [] };
}

/** Every inner node with the tokens that lead to it, parents first; the root among them. */
export function* innerNodes(
  node: TrieNode,
  path: readonly number[] = [],
): Generator<{ readonly node: TrieNode; readonly path: readonly number[] }> {
  if (node.children.size === 0) {
    return;
  }
  yield { node, path };
  for (const child of node.children.values()) {
    yield* innerNodes(child, [...path, child.token]);
  }
}
