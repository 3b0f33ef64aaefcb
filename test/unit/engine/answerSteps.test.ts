import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildAnswerTrie, type TrieNode } from '../../../src/core/score/answerTrie';
import { branchCompletion } from '../../../src/core/score/leakScores';
import { AnswerSteps, worthCompleting } from '../../../src/engine/answerSteps';
import type { RowResult } from '../../../src/engine/jobs';

function trie(...lists: readonly (readonly number[])[]): TrieNode {
  const built = buildAnswerTrie(lists.map((tokens, answer) => ({ tokens, answer, spellings: [] })));
  assert.ok(built !== null);
  return built;
}

function addAll(steps: AnswerSteps, node: TrieNode): void {
  for (const [token, child] of node.children) {
    steps.add(token, child);
  }
}

/** A made-up model: the probability of a token depends on everything before it. */
function probability(before: readonly number[], token: number): number {
  const hash = [...before, token].reduce((sum, id, i) => (sum * 31 + id * (i + 1)) % 9973, 7);
  return (hash % 97) / 400;
}

/** Runs a job as a model would. */
function answer(input: readonly number[], rows: readonly number[], picks: readonly (readonly number[])[]): RowResult[] {
  return rows.map((row, i) => ({
    picked: Float32Array.from(picks[i] ?? [], (token) => Math.log(probability(input.slice(0, row + 1), token))),
    warm: new Float32Array(),
    ranks: [],
    top: { ids: new Int32Array(), logprobs: new Float32Array() },
    whole: new Float32Array(),
  }));
}

const context = [9, 5, 6];

describe('completing answers', () => {
  it('runs a shared beginning once', () => {
    const steps = new AnswerSteps(context, 1);
    addAll(steps, trie([1, 2, 3], [1, 2, 4], [1, 5], [6, 7], [8]));
    const jobs = [...steps.jobs(100)];
    assert.deepEqual(
      jobs.map(({ input, rows, picks }) => ({ input, rows, picks })),
      [
        {
          input: [9, 5, 6, 1, 2],
          rows: [3, 4],
          picks: [
            [5, 2],
            [3, 4],
          ],
        },
        { input: [9, 5, 6, 6], rows: [3], picks: [[7]] },
      ],
    );
  });

  it('takes the answers of several facts together', () => {
    const steps = new AnswerSteps(context, 1);
    addAll(steps, trie([1, 2, 3]));
    addAll(steps, trie([1, 2], [1, 4, 5]));
    assert.deepEqual(
      [...steps.jobs(100)].map(({ input }) => input.slice(3)),
      [
        [1, 2],
        [1, 4],
      ],
    );
  });

  it('has nothing to run for answers of one token', () => {
    const steps = new AnswerSteps(context, 1);
    addAll(steps, trie([1], [2]));
    assert.deepEqual([...steps.jobs(100)], []);
  });

  it('cuts the context behind the special tokens where there is no room', () => {
    const steps = new AnswerSteps([9, 5, 6, 7, 8], 1);
    addAll(steps, trie([1, 2, 3]));
    const [job] = steps.jobs(6);
    assert.deepEqual(
      [job?.input, job?.rows],
      [
        [9, 6, 7, 8, 1, 2],
        [4, 5],
      ],
    );
  });

  it('finds what adding up every path on its own gives', () => {
    const path = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 8 }), (lists) => {
        const node = trie(...lists);
        const steps = new AnswerSteps(context, 1);
        addAll(steps, node);
        const asked = new Set<string>();
        for (const { input, rows, picks, asked: nodes } of steps.jobs(100)) {
          rows.forEach((row, i) => {
            for (const token of picks?.[i] ?? []) {
              const key = [...input.slice(0, row + 1), token].join();
              assert.ok(!asked.has(key), `${key} is asked for twice`);
              asked.add(key);
            }
          });
          assert.ok(AnswerSteps.take(nodes, answer(input, rows, picks ?? [])));
        }
        const first = (token: number) => probability(context, token);
        const kept = lists.filter((a) => !lists.some((b) => b.length < a.length && b.every((id, i) => a[i] === id)));
        const distinct = [...new Map(kept.map((list) => [list.join(), list])).values()];
        const byHand = distinct.reduce((sum, list) => {
          return sum + list.reduce((p, token, i) => p * probability([...context, ...list.slice(0, i)], token), 1);
        }, 0);
        const found = branchCompletion(node, first, steps.tree);
        assert.ok(Math.abs(found - byHand) < 1e-6, `${found}, by hand ${byHand}`);
      }),
    );
  });

  it('tells when a value is no number', () => {
    const steps = new AnswerSteps(context, 1);
    addAll(steps, trie([1, 2]));
    const [job] = steps.jobs(100);
    assert.ok(job !== undefined);
    const results = answer(job.input, job.rows, job.picks ?? []);
    assert.equal(AnswerSteps.take(job.asked, results), true);
    results[0]?.picked.fill(Number.NaN);
    assert.equal(AnswerSteps.take(job.asked, results), false);
    assert.equal(AnswerSteps.take(job.asked, []), false);
  });

  it('leaves out only what adds up to less than the allowed error', () => {
    const node = trie([1, 9], [2, 9], [3, 9], [4, 9], [5]);
    const kept = (weights: Record<number, number>) =>
      worthCompleting(node, (token) => weights[token] ?? 0, 1e-6).map(([token]) => token);
    assert.deepEqual(kept({ 1: 0.5, 2: 4e-7, 3: 4e-7, 4: 1e-7, 5: 0.1 }), [1]);
    assert.deepEqual(kept({ 1: 0.5, 2: 4e-7, 3: 7e-7, 4: 1e-8 }), [1, 3]);
    assert.deepEqual(kept({}), []);
    assert.deepEqual(kept({ 1: 0.1, 2: 0.1, 3: 0.1, 4: 0.1 }), [1, 2, 3, 4]);
  });
});
