import assert from 'node:assert/strict';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { questionOf, whyNotAsked } from '../../../src/core/probe/question';

function factOf(entry: object) {
  const { facts, problems } = parseForgetSet(JSON.stringify(entry));
  assert.deepEqual(problems, []);
  const [fact] = facts;
  assert.ok(fact !== undefined);
  return fact;
}

describe('what a fact asks of a model', () => {
  it('is its prompts, with the answers and distractors to look for', () => {
    const fact = factOf({
      id: 'f',
      answers: ['Vandor', 'Port Vandor'],
      prompts: ['It is in'],
      distractors: 'Solwyn',
      cases: ['lower'],
    });
    assert.deepEqual(questionOf(fact), {
      id: 'f',
      prompts: ['It is in'],
      right: ['Vandor', 'Port Vandor'],
      wrong: ['Solwyn'],
      cases: ['lower'],
    });
  });

  it('is for a choice the letter of the right one against all others', () => {
    const fact = factOf({ id: 'c', kind: 'choice', question: 'Which?', choices: ['oak', 'elm', 'yew'], answer: 1 });
    assert.deepEqual(questionOf(fact), {
      id: 'c',
      prompts: ['Which?\nA. oak\nB. elm\nC. yew\nAnswer:'],
      right: ['B'],
      wrong: ['A', 'C'],
      cases: ['as-is'],
    });
  });

  it('is nothing where there are no prompts, and the mend is said', () => {
    const plain = factOf({ answers: 'Vandor' });
    const tokens = factOf({ kind: 'tokens', pattern: 'x' });
    assert.deepEqual([questionOf(plain), questionOf(tokens)], [null, null]);
    assert.match(whyNotAsked(plain), /Add "prompts" to its entry/);
    assert.match(whyNotAsked(tokens), /kind "tokens".*Add an entry with "prompts"/);
  });
});
