import type { TrieNode } from '../core/score/answerTrie';

/** One way to write an answer: its tokens from a position on. */
export type Way = readonly number[];

/** Ways that are followed, and tokens of each: an answer has few, a forget set may still hold essays. */
const MAX_WAYS = 8;
const MAX_TOKENS = 24;

/** The ways through a fact's answers, those whose first token is likeliest at the front; as many as anybody reads. */
export function likeliestWays(starts: ReadonlyMap<number, TrieNode>, likelihood: (token: number) => number): Way[] {
  const ways: Way[] = [];
  const byLikelihood = [...starts].sort(([a], [b]) => likelihood(b) - likelihood(a) || a - b);
  for (const [token, node] of byLikelihood) {
    for (const way of waysThrough(node, [token])) {
      if (ways.length === MAX_WAYS) {
        return ways;
      }
      ways.push(way);
    }
  }
  return ways;
}

function* waysThrough(node: TrieNode, way: Way): Generator<Way> {
  if (node.children.size === 0 || way.length === MAX_TOKENS) {
    yield way;
    return;
  }
  for (const [token, child] of node.children) {
    yield* waysThrough(child, [...way, token]);
  }
}
