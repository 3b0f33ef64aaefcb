import assert from 'node:assert/strict';
import { SeepError } from '../../../src/core/errors';
import { chooseProvider, type Surroundings } from '../../../src/engine/provider';
import { runtimeReason } from '../../../src/engine/runtimeErrors';

describe('the choice of a provider', () => {
  const probed: string[] = [];
  const surroundings = (fault: string | null, hasCudaLibraries = true): Surroundings => ({
    shipped: ['cpu', 'webgpu', 'cuda'],
    hasCudaLibraries,
    probe: async (provider) => {
      probed.push(provider);
      return fault;
    },
  });

  beforeEach(() => {
    probed.length = 0;
  });

  it('auto takes CUDA where it works', async () => {
    assert.deepEqual(await chooseProvider('auto', surroundings(null)), { provider: 'cuda', notice: null });
    assert.deepEqual(probed, ['cuda']);
  });

  it('auto falls back to the CPU with one notice that says why', async () => {
    const { provider, notice } = await chooseProvider('auto', surroundings('libcudnn.so.9 is missing'));
    assert.equal(provider, 'cpu');
    assert.match(notice ?? '', /CUDA does not work here, so the CPU is used: libcudnn\.so\.9 is missing/);
  });

  it('auto says nothing and starts no process where CUDA was never installed', async () => {
    assert.deepEqual(await chooseProvider('auto', surroundings(null, false)), { provider: 'cpu', notice: null });
    assert.deepEqual(probed, []);
  });

  it('cpu needs no look', async () => {
    assert.deepEqual(await chooseProvider('cpu', surroundings('no')), { provider: 'cpu', notice: null });
    assert.deepEqual(probed, []);
  });

  it('a named one is taken at its word, or refused with the reason', async () => {
    assert.deepEqual(await chooseProvider('webgpu', surroundings(null)), { provider: 'webgpu', notice: null });
    for (const [choice, why] of [
      ['cuda', /"cuda" does not work here: no driver\. Use "cpu" or "auto"/],
      ['coreml', /"coreml" does not work here: this build of onnxruntime has only cpu, webgpu, cuda/],
    ] as const) {
      await assert.rejects(chooseProvider(choice, surroundings('no driver')), (error: unknown) => {
        return error instanceof SeepError && error.code === 'model' && why.test(error.message);
      });
    }
  });
});

describe('what the runtime says', () => {
  it('is told without the place in its source, and shortly', () => {
    assert.equal(
      runtimeReason(
        new Error(
          "running Div node. Name:'' Status Message: element_wise_ops.cc:692 Compute Integer division by zero\nmore",
        ),
      ),
      "running Div node. Name:'' Status Message: Compute Integer division by zero",
    );
    assert.equal(
      runtimeReason(new Error('/a/b/webgpu_context.cc:136 f() x == y was false. No adapter.')),
      'No adapter.',
    );
    assert.equal(runtimeReason('x'.repeat(900)).length, 300);
    assert.equal(runtimeReason(new Error('')), 'it gives no reason');
  });
});
