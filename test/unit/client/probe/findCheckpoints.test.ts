import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCheckpoints } from '../../../../src/client/probe/findCheckpoints';
import { temporaryFolder } from '../../temporaryFolder';

describe('folders of checkpoints', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);

  before(() => {
    for (const name of ['runs/step-1', 'runs/step-2', 'runs/step-optimiser', 'empty']) {
      mkdirSync(at(name), { recursive: true });
    }
    for (const name of ['runs/step-1', 'runs/step-2']) {
      writeFileSync(at(name, 'tokenizer.json'), '{}');
    }
    writeFileSync(at('file'), '');
  });

  it('are those that are named, and of those that match a pattern the ones that hold a model', async () => {
    const found = await findCheckpoints(['empty', 'runs/step-*', './runs/step-1'], folder.path, '--model');
    assert.deepEqual(found.sort(), [at('empty'), at('runs/step-1'), at('runs/step-2')]);
  });

  it('are missed by name', async () => {
    const refused = async (name: string, message: RegExp) =>
      assert.rejects(findCheckpoints([name], folder.path, '--model'), { name: 'SeepError', message });
    await refused('gone', /^--model gone: there is no such folder$/);
    await refused('file', /^--model file: this is no folder$/);
    await refused('runs/stop-*', /^--model runs\/stop-\*: no folder with a model \(a tokenizer\.json\) matches$/);
    await refused('runs/step-opt*', /no folder with a model/);
  });
});
