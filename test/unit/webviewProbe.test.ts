import assert from 'node:assert/strict';
import type { ProbeFact, ProbeModel } from '../../src/protocol/probe';
import { asCsv, asMarkdown } from '../../webview-ui/pages/probe/copiedTable';
import { filteredFacts } from '../../webview-ui/pages/probe/factFilter';

const totals = { answered: 1, says: 0, likely: 0, meanMass: null, meanTruthRatio: null };
const models: readonly ProbeModel[] = ['teacher', 'a,b'].map((name) => ({
  name,
  role: 'checkpoint',
  folder: name,
  added: null,
  totals,
}));

function fact(id: string, name: string, masses: readonly (number | null)[]): ProbeFact {
  const prompt = { tokenMass: 0, rank: 1, truthRatio: null, said: '', rest: '' };
  return {
    fact: id,
    name,
    prompts: [`The ${name} site is in`],
    cells: masses.map((mass) => (mass === null ? null : { knows: 'no', prompt: 0, prompts: [{ ...prompt, mass }] })),
  };
}

const facts = [fact('f-1', 'Kamitel → "Vandor"', [0.25, null]), fact('=2+3', 'Brixolan | Farlund', [1 / 3, 0.0001])];

describe('the table that people copy from the probe page', () => {
  it('is CSV that no spreadsheet takes for formulas', () => {
    assert.deepEqual(asCsv(facts, models).split('\n'), [
      'fact,about,teacher,"a,b"',
      'f-1,"Kamitel → ""Vandor""",0.25,',
      "'=2+3,Brixolan | Farlund,0.333333,0.0001",
      '',
    ]);
  });

  it('is Markdown whose cells stay cells', () => {
    assert.deepEqual(asMarkdown(facts, models).split('\n'), [
      '| fact | about | teacher | a\\,b |',
      '| --- | --- | --- | --- |',
      '| f\\-1 | Kamitel → \\"Vandor\\" | 0\\.250 |  |',
      '| \\=2\\+3 | Brixolan \\| Farlund | 0\\.333 | \\< 0\\.001 |',
      '',
    ]);
  });
});

describe('the filter of the probe page', () => {
  it('wants every word in id, name or prompts, in any case', () => {
    const ids = (filter: string) => filteredFacts(facts, filter).map((each) => each.fact);
    assert.deepEqual(ids(''), ['f-1', '=2+3']);
    assert.deepEqual(ids('SITE kamitel'), ['f-1']);
    assert.deepEqual(ids('f-1 brixolan'), []);
  });
});
