import assert from 'node:assert/strict';
import { Model } from '../../src/engine/model';
import { readModelFolder } from '../../src/engine/modelFolder';
import { classToken, tokenClasses } from '../../src/engine/tokenClasses';
import { fact, newClient, scanTexts } from './support/engineClient';
import { bigramFolder, idOf, removeModelFolders } from './support/handMadeModels';

const bigrams = { in: { oak: 0.5, elm: 0.3 }, oak: { hill: 0.6 } };

describe('lists of the likeliest tokens', () => {
  let model: Model;

  before(async () => {
    model = await Model.load(await readModelFolder(bigramFolder(bigrams)), { provider: 'cpu', threads: 1 });
    model.setClasses(tokenClasses([[idOf('bay'), idOf('elm')]]));
  });

  after(async () => {
    await model.release();
    removeModelFolders();
  });

  /**
   * The lists behind "in" and behind "oak"; each asks for its picks, of which the first is watched. A row before them asks for nothing:
   * the first of a run may come with a list all the same.
   */
  async function listsOf(picks: readonly (readonly number[])[], bar: number): Promise<number[][]> {
    let lists: number[][] = [];
    const job = {
      input: [idOf('red'), idOf('in'), idOf('oak')],
      rows: [0, 1, 2],
      picks: [[], ...picks],
      lists: Array.from({ length: 3 }, () => ({ picks: 1, logprob: Math.log(bar) })),
    };
    await model.run([job], { top: 2 }, (_, rows) => {
      lists = rows.slice(1).map(({ top }) => [...top.ids]);
    });
    return lists;
  }

  const [oak, elm, hill, bay] = [idOf('oak'), idOf('elm'), idOf('hill'), idOf('bay')];

  it('are given where a watched pick is likelier than the bar', async () => {
    assert.deepEqual(await listsOf([[elm], [bay]], 0.29), [[oak, elm], []]);
    assert.deepEqual(
      (await listsOf([[bay], [hill]], 0.59)).map((list) => list[0]),
      [undefined, hill],
    );
    // What is asked for besides may be as likely as it will.
    assert.deepEqual(
      (await listsOf([[bay, oak], [hill]], 0.29)).map((list) => list[0]),
      [undefined, hill],
    );
  });

  it('are given where a class of tokens is watched, whose total is not known before', async () => {
    assert.deepEqual(
      (await listsOf([[classToken(0)], [hill]], 0.9)).map((list) => list[0]),
      [oak, undefined],
    );
  });

  it('are given everywhere where nobody says when', async () => {
    let lengths: number[] = [];
    await model.run([{ input: [oak, elm], rows: [0, 1], picks: [[oak], []] }], { top: 3 }, (_, rows) => {
      lengths = rows.map(({ top }) => top.ids.length);
    });
    assert.deepEqual(lengths, [3, 3]);
  });

  it('may be needed nowhere in a scan', async () => {
    const client = newClient();
    try {
      const teacher = bigramFolder({ red: { oak: 1e-6 } });
      await client.open({ teacher, student: null, reference: null, provider: 'cpu' });
      await client.setForgetSet([fact('f', ['oak'], ['red'])]);
      const { scores, failures } = await scanTexts(client, ['red']);
      assert.deepEqual(failures, []);
      assert.deepEqual(
        scores.map(({ leaks }) => leaks),
        [[]],
      );
    } finally {
      await client.dispose();
    }
  });
});
