import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateOfModelFiles } from '../../../../src/client/cache/modelFiles';
import { temporaryFolder } from '../../temporaryFolder';

describe('the state of model files', () => {
  const temporary = temporaryFolder();
  let folder = '';
  let folders = 0;
  const path = (...names: string[]) => join(folder, ...names);
  const state = async () => (await stateOfModelFiles([folder]))?.description;

  beforeEach(() => {
    folder = join(temporary.path, `model-${++folders}`);
    mkdirSync(path('onnx'), { recursive: true });
    mkdirSync(path('.git'));
    writeFileSync(path('onnx', 'model.onnx'), 'weights');
    writeFileSync(path('config.json'), '{}');
  });

  it('stays the same while nothing changes', async () => {
    const first = await state();
    assert.ok(first?.includes('model.onnx'));
    writeFileSync(path('.git', 'index'), 'not a part of the model');
    assert.equal(await state(), first);
  });

  for (const [what, change] of Object.entries({
    'a file is written again with the same content': () => writeFileSync(path('config.json'), '{}'),
    'a file is added': () => writeFileSync(path('onnx', 'model_q4.onnx'), ''),
    'a file is taken away': () => rmSync(path('config.json')),
    'a file of the same size and age takes the place of another': () => {
      const { atime, mtime } = statSync(path('onnx', 'model.onnx'));
      writeFileSync(path('new'), 'WEIGHTS');
      utimesSync(path('new'), atime, mtime);
      renameSync(path('new'), path('onnx', 'model.onnx'));
    },
    'a file is overwritten and made to look old': () => {
      const { atime, mtime } = statSync(path('onnx', 'model.onnx'));
      writeFileSync(path('onnx', 'model.onnx'), 'WEIGHTS');
      utimesSync(path('onnx', 'model.onnx'), atime, mtime);
    },
  })) {
    it(`is another when ${what}`, async () => {
      const first = await state();
      await sleep(20);
      change();
      assert.notEqual(await state(), first);
    });
  }

  it('follows links to where a download keeps its files', async () => {
    const blob = join(temporary.path, 'blob');
    writeFileSync(blob, 'weights');
    symlinkSync(blob, path('linked.onnx'));
    const first = await state();
    await sleep(20);
    writeFileSync(blob, 'WEIGHTS');
    assert.notEqual(await state(), first);
  });

  it('tells when something last changed', async () => {
    const found = await stateOfModelFiles([folder]);
    assert.ok(found !== null && Math.abs(Date.now() - found.changedAt) < 5000);
  });

  it('is not told of folders that are not there, lie in a circle or hold too much', async () => {
    assert.equal(await stateOfModelFiles([folder, path('none')]), null);
    symlinkSync(folder, path('circle'), 'junction');
    assert.equal(await state(), undefined);
    rmSync(path('circle'));
    for (let i = 0; i < 1001; i++) {
      writeFileSync(path(`${i}.txt`), '');
    }
    assert.equal(await state(), undefined);
  });
});
