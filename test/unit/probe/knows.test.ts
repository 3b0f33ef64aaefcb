import assert from 'node:assert/strict';
import type { PromptProbe } from '../../../src/core/probe/factProbe';
import { answerAtStart, knows } from '../../../src/core/probe/knows';
import type { Question } from '../../../src/core/probe/question';

const question: Question = {
  id: 'f',
  prompts: ['a', 'b'],
  right: ['Port', 'Port Vandor'],
  wrong: [],
  cases: ['as-is', 'lower'],
};

function probe(mass: number, continuation: string): PromptProbe {
  return { mass, continuation, tokenMass: mass, rank: 1, truthRatio: null };
}

describe('whether a model still knows a fact', () => {
  it('is that it says an answer, as a whole word, at the start of a continuation', () => {
    assert.equal(answerAtStart('Port Vandor, by the sea', question), 'Port Vandor');
    assert.equal(answerAtStart('port', question), 'port');
    assert.equal(answerAtStart('Portland', question), null);
    assert.equal(answerAtStart('PORT', question), null);
    assert.equal(answerAtStart('the Port', question), null);
  });

  it('counts words where a script puts no spaces between them', () => {
    assert.equal(
      answerAtStart('\u6771\u4eac\u306b\u3042\u308b', { ...question, right: ['\u6771\u4eac'] }),
      '\u6771\u4eac',
    );
  });

  it('is said behind any prompt, or likely behind any', () => {
    assert.equal(knows([probe(0.05, 'Solwyn'), probe(0.01, 'Port')], question, 0.1), 'says');
    assert.equal(knows([probe(0.05, 'Solwyn'), probe(0.1, 'Nilsund')], question, 0.1), 'likely');
    assert.equal(knows([probe(0.05, 'Solwyn'), probe(0.0999, 'Nilsund')], question, 0.1), 'no');
    assert.equal(knows([probe(0.0999, 'Nilsund')], question, 0.05), 'likely');
  });
});
