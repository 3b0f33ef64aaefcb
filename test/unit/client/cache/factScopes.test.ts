import assert from 'node:assert/strict';
import { FactScopes } from '../../../../src/client/cache/factScopes';
import { FACT_DEFAULTS, type Fact } from '../../../../src/core/forget/fact';
import type { SwapSettings } from '../../../../src/protocol/engine';

const lumora: Fact = { ...FACT_DEFAULTS, id: 'lumora', answers: ['Oslo'], subjects: ['Lumora'], line: 1 };
const vexel: Fact = { ...FACT_DEFAULTS, id: 'vexel', answers: ['Rome'], subjects: ['Vexel'], line: 2 };
const kanto: Fact = { ...FACT_DEFAULTS, id: 'kanto', answers: ['Bern'], subjects: ['Kanto'], line: 3 };
const hangul: Fact = {
  ...FACT_DEFAULTS,
  id: 'hangul',
  kind: 'tokens',
  answers: [],
  pattern: '\\p{Script=Hangul}',
  line: 4,
};

function scopeOf(facts: readonly Fact[], text: string, swap: SwapSettings | null = null) {
  return new FactScopes({ facts, decoys: [] }).of(swap)(text);
}

describe('the facts that count in a text', () => {
  const text = 'Lumora opened an office.';

  it('are those it speaks about, and those that count everywhere', () => {
    const { facts } = scopeOf([lumora, vexel, hangul, { ...kanto, gated: false }], text);
    assert.deepEqual(Object.values(facts).sort(), ['hangul', 'kanto', 'lumora']);
    assert.deepEqual(scopeOf([lumora, vexel], 'Nobody.').facts, {});
  });

  it('go by the same name, whatever else is in the forget set and in whichever order', () => {
    const { name } = scopeOf([lumora, hangul], text);
    assert.equal(
      scopeOf([vexel, hangul, kanto, { ...lumora, line: 7, severity: 'high', distractors: ['Rome'] }], text).name,
      name,
    );
    assert.notEqual(scopeOf([lumora], text).name, name);
  });

  it('go by another name with everything that changes a score', () => {
    const changes: Partial<Fact>[] = [
      {},
      { id: 'g' },
      { answers: ['Rome'] },
      { subjects: ['Lumora', 'Lu'] },
      { gated: false },
      { cases: ['lower'] },
      { prompts: ['Lumora is in'] },
      { kind: 'tokens', pattern: 'O' },
      { anchored: { context: 'x', answers: ['y'] } },
    ];
    const names = changes.map((change) => scopeOf([{ ...lumora, ...change }], text).name);
    assert.equal(new Set(names).size, names.length);
  });

  it('are told apart where two say the same', () => {
    const { facts } = scopeOf([lumora, { ...lumora, id: 'again' }], text);
    assert.deepEqual(Object.values(facts).sort(), ['again', 'lumora']);
  });

  it('depend under a swap on the names that stand for the subject, and on no other fact', () => {
    const swap = { subjects: [], count: 1 };
    const { name } = scopeOf([lumora, vexel], text, swap);
    assert.notEqual(scopeOf([lumora, vexel], text).name, name);
    assert.notEqual(scopeOf([lumora, kanto], text, swap).name, name);
    assert.notEqual(scopeOf([lumora, vexel], `${text} Vexel did not.`, swap).name, name);
    assert.equal(
      scopeOf([lumora, vexel, hangul], 'Nobody.', swap).name,
      scopeOf([kanto, hangul], 'Nobody.', swap).name,
    );
  });
});
