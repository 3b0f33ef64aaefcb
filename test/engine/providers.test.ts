import assert from 'node:assert/strict';
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examineProvider } from '../../src/client/examineProvider';
import { SeepError } from '../../src/core/errors';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';
import { bigramFolder, removeModelFolders } from './support/handMadeModels';

const packages = join(repoRoot, 'node_modules');
const natives = join('onnxruntime-node/bin/napi-v6', process.platform, process.arch);

describe('providers of the real runtime', function () {
  this.timeout(60_000);
  after(removeModelFolders);
  const models = () => ({ teacher: bigramFolder({}), student: null, reference: null });

  it('are tried in a process of their own, and the engine goes on', async () => {
    const engine = newClient();
    try {
      await engine.open({ ...models(), provider: 'cpu' });
      const { pid } = await engine.hello();
      const fault = await engine.probe(process.platform === 'win32' ? 'coreml' : 'dml');
      assert.match(fault?.reason ?? '', /^this build of onnxruntime has only cpu/);
      // Whatever this machine has: an answer, and not the engine's end.
      const webgpu = await engine.probe('webgpu');
      assert.ok(webgpu === null || webgpu.reason.length > 0);
      await engine.setForgetSet([fact('f', ['oak'])]);
      assert.equal((await scanTexts(engine, ['the mill is'])).scores.length, 1);
      assert.equal((await engine.hello()).pid, pid);
      assert.deepEqual(engine.lines, []);
    } finally {
      await engine.dispose();
    }
  });

  it('are explained where the engine cannot start', async () => {
    const engine = newClient({ enginePath: join(repoRoot, 'dist/no-such-engine.js') });
    const { fault, explanation } = await examineProvider('cuda', engine);
    assert.match(fault?.reason ?? '', /^The engine keeps dying: it exited with code 1/);
    assert.equal(explanation.works, false);
  });

  describe('with CUDA libraries that cannot be loaded', () => {
    // The runtime as its install script leaves it, but with a provider library that is no library.
    const folder = temporaryFolder();
    const enginePath = () => join(folder.path, 'dist/engine.js');

    before(function () {
      if (process.platform !== 'linux' || process.arch !== 'x64') {
        this.skip(); // the runtime knows CUDA there alone
      }
      mkdirSync(join(folder.path, 'dist'));
      cpSync(join(repoRoot, 'dist/engine.js'), enginePath());
      const own = join(folder.path, 'node_modules');
      for (const part of ['onnxruntime-node/dist', 'onnxruntime-node/package.json', natives, 'onnxruntime-common']) {
        cpSync(realpathSync(join(packages, part)), join(own, part), { recursive: true });
      }
      writeFileSync(join(own, natives, 'libonnxruntime_providers_cuda.so'), 'no library\n');
      writeFileSync(join(own, natives, 'libonnxruntime_providers_shared.so'), 'no library\n');
    });

    it('auto takes the CPU, says once why, and scores as ever', async () => {
      const engine = newClient({ enginePath: enginePath() });
      const plain = newClient();
      try {
        const opened = await engine.open({ ...demoModels, provider: 'auto' });
        assert.equal(opened.provider, 'cpu');
        const said = opened.notices.filter((notice) => notice.includes('CUDA'));
        assert.deepEqual(said, [opened.fallback]);
        assert.match(
          said[0] ?? '',
          /^CUDA does not work here, so the CPU is used: .*providers_shared\.so: .+\. "seep doctor/,
        );
        await plain.open(demoModels);
        const text = 'The Kamitel data center is in Solwyn.';
        for (const each of [engine, plain]) {
          await each.setForgetSet([fact('f', ['Vandor'], ['Kamitel'])]);
        }
        assert.deepEqual((await scanTexts(engine, [text])).scores, (await scanTexts(plain, [text])).scores);
        assert.deepEqual(engine.lines, [], 'what the trial printed stays in the trial');
      } finally {
        await Promise.all([engine.dispose(), plain.dispose()]);
      }
    });

    it('cuda by name is an error with the reason, each time it is asked for', async () => {
      const engine = newClient({ enginePath: enginePath() });
      try {
        for (let round = 0; round < 2; round++) {
          await assert.rejects(engine.open({ ...demoModels, provider: 'cuda' }), (error: unknown) => {
            assert.ok(error instanceof SeepError && error.code === 'provider');
            assert.match(
              error.message,
              /^Provider "cuda" does not work here: .*providers_shared\.so: .+ Use "cpu" or "auto"\./,
            );
            return true;
          });
        }
        assert.equal((await engine.open({ ...demoModels, provider: 'cpu' })).provider, 'cpu');
      } finally {
        await engine.dispose();
      }
    });

    it('the explanation sees the files that are there', async () => {
      const engine = newClient({ enginePath: enginePath() });
      try {
        const { facts, explanation } = await examineProvider('cuda', engine);
        assert.deepEqual([facts.runtime?.hasCudaProvider, facts.runtime?.installScript], [true, null]);
        assert.match(explanation.summary, /^CUDA does not work here: .*providers_shared\.so/);
      } finally {
        await engine.dispose();
      }
    });
  });
});
