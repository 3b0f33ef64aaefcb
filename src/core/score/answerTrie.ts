/** One way to write an answer as tokens, and which of the fact's answers it is. */
export interface AnswerPath {
  readonly ids: readonly number[];
  readonly answer: number;
}

/** A place between two tokens of an answer. */
export interface AnswerNode {
  /** Tokens that continue towards an answer; empty where an answer is complete. */
  readonly children: ReadonlyMap<number, AnswerNode>;
  /** Number of tokens from the root. */
  readonly depth: number;
  /** The answer that is complete here. */
  readonly answer: number | null;
}

interface BuildNode extends AnswerNode {
  readonly children: Map<number, BuildNode>;
  answer: number | null;
}

/**
 * The token paths of one fact's answers. No path is the beginning of another (longer ones are dropped), so that the
 * probabilities of the paths may be added.
 */
export class AnswerTrie {
  readonly root: AnswerNode;

  constructor(paths: readonly AnswerPath[]) {
    const root: BuildNode = { children: new Map(), depth: 0, answer: null };
    for (const path of [...paths].sort((a, b) => a.ids.length - b.ids.length)) {
      insert(root, path);
    }
    this.root = root;
  }

  get isEmpty(): boolean {
    return this.root.children.size === 0;
  }
}

function insert(root: BuildNode, { ids, answer }: AnswerPath): void {
  let node = root;
  for (const id of ids) {
    if (node.answer !== null) {
      return;
    }
    let next = node.children.get(id);
    if (next === undefined) {
      next = { children: new Map(), depth: node.depth + 1, answer: null };
      node.children.set(id, next);
    }
    node = next;
  }
  if (node !== root) {
    node.answer ??= answer;
  }
}

/**
 * Follows a text token by token and keeps the longest run of last tokens that is the beginning of an answer.
 * (The walk from every start still alive is kept; there are never more of them than an answer has tokens.)
 */
export class TrieWalk {
  #alive: AnswerNode[] = [];

  constructor(private readonly trie: AnswerTrie) {}

  /** Takes in the next token of the text. */
  push(id: number): void {
    const alive: AnswerNode[] = [];
    for (const node of [...this.#alive, this.trie.root]) {
      const next = node.children.get(id);
      if (next !== undefined && next.answer === null) {
        alive.push(next);
      }
    }
    this.#alive = alive;
  }

  /** The deepest node reached; its children are the tokens that would continue towards an answer. */
  get node(): AnswerNode {
    return this.#alive[0] ?? this.trie.root;
  }
}

/** Visits every complete path below `node`: its token ids from there and the answer it spells. */
export function* pathsBelow(node: AnswerNode, prefix: readonly number[] = []): Generator<AnswerPath> {
  for (const [id, child] of node.children) {
    const ids = [...prefix, id];
    if (child.answer === null) {
      yield* pathsBelow(child, ids);
    } else {
      yield { ids, answer: child.answer };
    }
  }
}
