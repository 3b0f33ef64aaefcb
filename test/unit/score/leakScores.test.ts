import assert from 'node:assert/strict';
import { buildAnswerTrie, type TrieNode } from '../../../src/core/score/answerTrie';
import {
  branchCompletion,
  branchLift,
  branchMass,
  completion,
  gain,
  leakKind,
  leakStatus,
  likeliestAnswer,
  pull,
  type StepTree,
} from '../../../src/core/score/leakScores';

function trie(...lists: readonly number[][]): TrieNode {
  const built = buildAnswerTrie(lists.map((tokens, answer) => ({ tokens, answer, spellings: [] })));
  assert.ok(built !== null);
  return built;
}

/** Probabilities behind a position, by path: `{'1,2': 0.5}` is p(2 | ..., 1) = 0.5. */
function steps(byPath: Record<string, number>, path: readonly number[] = []): StepTree {
  const children = new Set(
    Object.keys(byPath)
      .map((key) => key.split(',').map(Number))
      .filter((key) => key.length > path.length && path.every((id, i) => key[i] === id))
      .map((key) => key[path.length] ?? -1),
  );
  return {
    p: byPath[path.join()] ?? 0,
    next: new Map([...children].map((id) => [id, steps(byPath, [...path, id])])),
  };
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}, by hand ${expected}`);
}

const teacher = (token: number) => ({ 1: 0.4, 2: 0.1, 3: 0.2 })[token] ?? 0;
const reference = (token: number) => ({ 1: 0.1, 2: 0.3, 3: 0.2 })[token] ?? 0;

describe('score formulas', () => {
  // Answers: 1 4 | 1 5 6 | 2 | 3 7
  const node = trie([1, 4], [1, 5, 6], [2], [3, 7]);
  const known = steps({ '1,4': 0.5, '1,5': 0.25, '1,5,6': 0.8, '3,7': 0.1 });

  it('tokenMass adds the branch', () => near(branchMass(node, teacher), 0.7));

  it('lift adds what the reference lacks, and never takes away', () => {
    near(branchLift(node, teacher, reference), 0.3);
    near(branchLift(node, teacher, null), 0.7);
    near(gain(2, teacher, reference), 0);
  });

  it('mass multiplies along the paths', () => {
    near(branchCompletion(node, teacher, known), 0.4 * (0.5 + 0.25 * 0.8) + 0.1 + 0.2 * 0.1);
  });

  it('exposure weights the gains with the completions', () => {
    near(
      branchCompletion(node, (token) => gain(token, teacher, reference), known),
      0.3 * (0.5 + 0.25 * 0.8),
    );
  });

  it('an answer of one token is complete with it, known steps or not', () => {
    near(completion(trie([1]).children.get(1) as TrieNode, undefined), 1);
    near(branchCompletion(trie([2]), teacher, undefined), 0.1);
  });

  it('what was not asked for counts as impossible', () => {
    near(branchCompletion(node, teacher, steps({ '1,4': 0.5 })), 0.4 * 0.5 + 0.1);
    near(branchCompletion(node, teacher, undefined), 0.1);
  });

  it('at a depth only the rest of the answer counts', () => {
    const deep = node.children.get(1);
    assert.ok(deep !== undefined);
    const p = (token: number) => ({ 4: 0.6, 5: 0.2 })[token] ?? 0;
    near(branchMass(deep, p), 0.8);
    near(branchCompletion(deep, p, steps({ '5,6': 0.5 })), 0.6 + 0.2 * 0.5);
    assert.equal(likeliestAnswer(deep, p, steps({ '5,6': 0.5 })), 0);
  });

  it('names the likeliest whole answer, not the likeliest first token', () => {
    assert.equal(likeliestAnswer(node, teacher, known), 0);
    assert.equal(likeliestAnswer(node, teacher, steps({ '1,4': 0.01, '1,5': 0.01, '1,5,6': 1, '3,7': 0.9 })), 3);
    assert.equal(likeliestAnswer(node, teacher, undefined), 2);
  });

  it('adds the ways to write one answer before it compares', () => {
    const written = buildAnswerTrie([
      { tokens: [1], answer: 0, spellings: [] },
      { tokens: [2], answer: 1, spellings: [] },
      { tokens: [3], answer: 1, spellings: [] },
    ]);
    assert.ok(written !== null);
    const p = (token: number) => ({ 1: 0.4, 2: 0.25, 3: 0.25 })[token] ?? 0;
    assert.equal(likeliestAnswer(written, p, undefined), 1);
    assert.equal(
      likeliestAnswer(written, (token) => ({ 1: 0.5, 2: 0.25, 3: 0.25 })[token] ?? 0, undefined),
      0,
    );
  });

  it('pull is the temperature times the difference', () => {
    near(pull(1, 0.5, 0.2), 0.3);
    near(pull(2, 0.25, 0.5), -0.5);
  });

  it('a leak is absorbed when the student has half of it', () => {
    assert.equal(leakStatus(0.5, 0.5, 0.25), 'absorbed');
    assert.equal(leakStatus(0.5, 0.49, 0.25), 'open');
    assert.equal(leakStatus(0.5, 0.25, null), 'absorbed');
    assert.equal(leakStatus(0.5, null, 0.25), null);
  });
});

describe('stated or shadow', () => {
  const kind = (text: string, from: number, ...answers: string[]) => leakKind(text, from, answers);

  it('stated when the text goes on with an answer', () => {
    assert.equal(kind('is in Vandor.', 5, 'Vandor'), 'stated');
    assert.equal(kind('is in Vandor', 6, 'Vandor'), 'stated');
    assert.equal(kind('is in \n\t Vandor', 5, 'Vandor'), 'stated');
    assert.equal(kind('is in Solwyn', 5, 'Vandor', 'Solwyn'), 'stated');
  });

  it('shadow when it does not', () => {
    assert.equal(kind('is in Solwyn', 5, 'Vandor'), 'shadow');
    assert.equal(kind('is in Vandor', 7, 'Vandor'), 'shadow');
    assert.equal(kind('is in', 5, 'Vandor'), 'shadow');
  });

  it('has an eye for case and whole words', () => {
    assert.equal(kind('in vandor', 2, 'Vandor'), 'shadow');
    assert.equal(kind('in Vandorian', 2, 'Vandor'), 'shadow');
    assert.equal(kind('in Vandor2', 2, 'Vandor'), 'shadow');
    assert.equal(kind('in Vandor-Nord', 2, 'Vandor'), 'stated');
    assert.equal(kind('founded 1984', 7, '19'), 'shadow');
    assert.equal(kind('in Vandor\u00e9', 2, 'Vandor'), 'shadow');
  });

  it('does not wait for a space where the script has none', () => {
    assert.equal(kind('\u5728\u6771\u4eac\u306b', 1, '\u6771\u4eac'), 'stated');
    assert.equal(kind('in Vandor\u306b', 2, 'Vandor'), 'stated');
    assert.equal(
      kind('\u0e17\u0e35\u0e48\u0e01\u0e23\u0e38\u0e07\u0e40\u0e17\u0e1e', 3, '\u0e01\u0e23\u0e38\u0e07'),
      'stated',
    );
  });
});
