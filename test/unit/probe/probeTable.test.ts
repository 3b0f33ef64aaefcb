import assert from 'node:assert/strict';
import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';
import type { PromptProbe } from '../../../src/core/probe/factProbe';
import type { ProbedModel } from '../../../src/core/probe/probedModel';
import { probeLine, probeSummary } from '../../../src/core/probe/probeLine';
import { isAnswer, ProbeTable, worstFirst } from '../../../src/core/probe/probeTable';
import { probeWords } from '../../../src/core/probe/probeWords';

function fact(id: string, answer: string, prompts: readonly string[]): Fact {
  return { ...FACT_DEFAULTS, id, answers: [answer], prompts, line: 1 };
}

function said(mass: number, continuation = '', truthRatio: number | null = null): PromptProbe {
  return { mass, tokenMass: mass, rank: 1, truthRatio, continuation };
}

const model = (role: ProbedModel['role'], name: string = role): ProbedModel => ({ role, name, folder: `/m/${name}` });

function filled(): ProbeTable {
  const facts = [fact('a', 'Vandor', ['p', 'q']), fact('none', 'Oskeby', []), fact('b', 'Solwyn', ['r'])];
  const table = new ProbeTable(facts, [model('teacher'), model('student')], 0.1);
  table.answer(0, 0, [said(0.2, 'Nilsund', 0.5), said(0.6, 'Vandor.', 0.25)]);
  table.answer(0, 1, [said(0.4, 'Nilsund')]);
  table.answer(1, 0, [said(0.05, 'Nilsund', 1.5), said(0.01, 'Nilsund', 2)]);
  table.fail(1, 1, 'It cannot be asked.');
  return table;
}

describe('a table of facts and models', () => {
  it('takes each cell from the prompt that draws the fact out best', () => {
    const cells = filled().rows.map(({ fact: { id }, cells: row }) => [
      id,
      ...row.map((cell) => (isAnswer(cell) ? [cell.prompt, cell.strongest.mass, cell.knows] : cell)),
    ]);
    assert.deepEqual(cells, [
      ['a', [1, 0.6, 'says'], [0, 0.05, 'no']],
      ['b', [0, 0.4, 'likely'], { failure: 'It cannot be asked.' }],
    ]);
  });

  it('sums up what each model knows', () => {
    const table = filled();
    assert.deepEqual(table.totals(0), { answered: 2, says: 1, likely: 1, meanMass: 0.5, meanTruthRatio: 0.25 });
    assert.deepEqual(table.totals(1), { answered: 1, says: 0, likely: 0, meanMass: 0.05, meanTruthRatio: 1.5 });
  });

  it('is failed by what a student or checkpoint knows, not by a teacher', () => {
    const table = filled();
    assert.equal(table.isKnown, false);
    table.answer(1, 1, [said(0.1)]);
    assert.equal(table.isKnown, true);
  });

  it('says which facts were not asked about, and what could not be had', () => {
    const summary = probeSummary(filled(), ['x', 'y']);
    assert.deepEqual(
      summary.notAsked.map(({ fact: id }) => id),
      ['none'],
    );
    assert.deepEqual(summary.incomplete, [{ fact: 'b', model: 'student', message: 'It cannot be asked.' }]);
    assert.deepEqual(
      summary.models.map(({ hash }) => hash),
      ['x', 'y'],
    );
  });

  it('puts first what the models that should have forgotten know best', () => {
    const table = filled();
    const ids = (each: ProbeTable) => worstFirst(each.rows, each.models).map(({ fact: { id } }) => id);
    assert.deepEqual(ids(table), ['a', 'b']);
    table.answer(1, 1, [said(0.07)]);
    assert.deepEqual(ids(table), ['b', 'a']);
  });

  it('shows what was to be forgotten only where that is asked for', () => {
    const [row] = filled().rows;
    const cell = row?.cells[0] ?? null;
    assert.ok(row !== undefined && isAnswer(cell));
    const closed = JSON.stringify(probeLine(row, model('teacher'), cell, false));
    assert.doesNotMatch(closed, /Vandor|Nilsund|"q"/);
    const { prompts, answers } = probeLine(row, model('teacher'), cell, true);
    assert.deepEqual(answers, ['Vandor']);
    assert.deepEqual(
      prompts.map(({ text, continuation, says }) => [text, continuation, says]),
      [
        ['p', 'Nilsund', false],
        ['q', 'Vandor.', true],
      ],
    );
  });
});

describe('what is said of a probe', () => {
  it('names what each model knows, and what is left open', () => {
    const words = probeWords(probeSummary(filled(), [])).join('\n');
    assert.match(words, /^student /);
    assert.match(words, /^teacher still knows 2 of 2 facts, 1 of them said outright\.$/m);
    assert.match(words, /^student knows none of 1 fact\.$/m);
    assert.match(words, /no proof of forgetting/);
    assert.match(words, /^1 fact of 3 could not be asked about: no prompts\.$/m);
    assert.match(words, /^Incomplete: 1 answer could not be had\.$/m);
  });
});
