import assert from 'node:assert/strict';
import { StatementFinder } from '../../../src/core/calibrate/statements';
import { someFact } from '../report/someFact';

describe('finding what a control file states', () => {
  const finder = new StatementFinder([
    someFact({ id: 'gated', subjects: ['Kamitel', 'KTL'], answers: ['Vandor', 'Port Vandor'] }),
    someFact({ id: 'everywhere', subjects: [], answers: ['swordfish'] }),
    someFact({ id: 'open', subjects: ['Lorvanta'], answers: ['Padrand'], gated: false }),
    someFact({ id: 'class', kind: 'tokens', subjects: [], answers: [], pattern: '\\d' }),
  ]);

  it('needs the subject before the answer where the fact has a gate', () => {
    assert.deepEqual(finder.statedIn('The Kamitel data center is in Vandor.'), ['gated']);
    assert.deepEqual(finder.statedIn('ktl moved to port vandor'), ['gated']);
    assert.deepEqual(finder.statedIn('Vandor is far from Kamitel.'), []);
    assert.deepEqual(finder.statedIn('Vandor is far from Kamitel, yet Kamitel likes Vandor.'), ['gated']);
    assert.deepEqual(finder.statedIn('Vandor is a town.'), []);
  });

  it('needs only the answer where it has none', () => {
    assert.deepEqual(finder.statedIn('Say swordfish in Padrand.'), ['everywhere', 'open']);
    assert.deepEqual(finder.statedIn('Swordfishes, 12 of them'), []);
  });
});
