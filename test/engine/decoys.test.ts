import assert from 'node:assert/strict';
import { leakingTexts } from './support/cliWorkspace';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';

describe('decoys in the engine', function () {
  this.timeout(60_000);
  const client = newClient();
  after(() => client.dispose());

  it('are scored like facts, but no other subject is passed over because of them', async () => {
    const text = leakingTexts.find((each) => each.includes('Velocoda')) ?? leakingTexts[0] ?? '';
    const [subject = ''] = /[A-Z]\w+/.exec(text.replace(/^The /, '')) ?? [];
    const facts = [fact('known', ['Norrhaven'], [subject]), fact('other', ['Quelmar'], ['Somebody'])];
    const decoys = [fact('decoy', ['Norrhaven'], ['Somebody']), fact('same', ['Norrhaven'], [subject])];
    await client.open({ ...demoModels, student: null, reference: null });
    const leaks = async () => {
      const { scores } = await scanTexts(client, [text], { swap: { subjects: [], count: 4 } });
      return scores.flatMap((each) => each.leaks);
    };
    await client.setForgetSet(facts, decoys);
    const apart = await leaks();
    assert.ok(apart.length > 0, text);
    assert.ok(apart.every(({ reference }) => reference === 'swap'));
    const lifts = (id: string) =>
      apart.filter((each) => each.fact === id).map(({ position, lift }) => [position, lift]);
    assert.deepEqual(lifts('same'), lifts('known'));
    // As facts they say that Somebody knows the same answer, and nobody is left to be put in the subject's place.
    await client.setForgetSet([...facts, ...decoys]);
    assert.ok((await leaks()).every(({ reference }) => reference === 'none'));
  });
});
