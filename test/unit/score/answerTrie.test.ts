import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AnswerPath, buildAnswerTrie, innerNodes, type TrieNode } from '../../../src/core/score/answerTrie';

function paths(...lists: readonly number[][]): AnswerPath[] {
  return lists.map((tokens, answer) => ({ tokens, answer, spellings: [] }));
}

/** Every path from the root to a leaf, as "tokens:answers". */
function leaves(node: TrieNode | null, path: readonly number[] = []): string[] {
  if (node === null) {
    return [];
  }
  return node.children.size === 0
    ? [`${path.join()}:${node.answers.join()}`]
    : [...node.children.values()].flatMap((child) => leaves(child, [...path, child.token]));
}

describe('answer trie', () => {
  it('holds every path', () => {
    assert.deepEqual(leaves(buildAnswerTrie(paths([1, 2], [1, 3], [4]))), ['4:2', '1,2:0', '1,3:1']);
  });

  it('drops a path that extends another one, in whatever order they come', () => {
    assert.deepEqual(leaves(buildAnswerTrie(paths([1, 2, 3], [1, 2], [1, 2, 4, 5]))), ['1,2:1']);
    assert.deepEqual(leaves(buildAnswerTrie(paths([1], [1, 2]))), ['1:0']);
  });

  it('keeps both answers that are written alike', () => {
    assert.deepEqual(leaves(buildAnswerTrie(paths([1, 2], [1, 2]))), ['1,2:0,1']);
    assert.deepEqual(leaves(buildAnswerTrie([...paths([1, 2]), ...paths([1, 2])])), ['1,2:0']);
  });

  it('is null when there is nothing to hold', () => {
    assert.equal(buildAnswerTrie([]), null);
    assert.equal(buildAnswerTrie(paths([])), null);
    assert.deepEqual(leaves(buildAnswerTrie(paths([], [7]))), ['7:1']);
  });

  it('lists its inner nodes, parents first', () => {
    const trie = buildAnswerTrie(paths([1, 2, 3], [1, 4], [5]));
    assert.ok(trie !== null);
    assert.deepEqual(
      [...innerNodes(trie)].map(({ path, node }) => [path.join(), node.depth]),
      [
        ['', 0],
        ['1', 1],
        ['1,2', 2],
      ],
    );
  });

  it('has exactly the paths that no other path begins', () => {
    const anyPaths = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(anyPaths, (lists) => {
        const kept = new Set(
          lists
            .filter(
              (path) => !lists.some((other) => other.length < path.length && other.every((id, i) => path[i] === id)),
            )
            .map((path) => path.join()),
        );
        const found = leaves(buildAnswerTrie(paths(...lists))).map((leaf) => leaf.split(':')[0] ?? '');
        assert.deepEqual(new Set(found), kept);
        assert.equal(found.length, kept.size);
      }),
    );
  });
});
