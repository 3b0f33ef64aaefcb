import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { SeepError } from '../../../src/core/errors';
import type { ProviderFault } from '../../../src/core/gpu/gpuFacts';
import { chooseProvider, type Surroundings } from '../../../src/engine/provider';
import { ProviderProbes } from '../../../src/engine/providerProbe';
import { runtimeReason } from '../../../src/engine/runtimeErrors';

describe('the choice of a provider', () => {
  const probed: string[] = [];
  const surroundings = (fault: string | null, hasCudaLibraries = true): Surroundings => ({
    shipped: ['cpu', 'webgpu', 'cuda'],
    hasCudaLibraries,
    probe: async (provider) => {
      probed.push(provider);
      return fault === null ? null : { reason: fault, missingLibrary: null };
    },
  });
  const refused = (why: RegExp) => (error: unknown) => {
    return error instanceof SeepError && error.code === 'provider' && why.test(error.message);
  };

  beforeEach(() => {
    probed.length = 0;
  });

  it('auto takes CUDA where it works', async () => {
    assert.deepEqual(await chooseProvider('auto', surroundings(null)), { provider: 'cuda', notice: null });
    assert.deepEqual(probed, ['cuda']);
  });

  it('auto falls back to the CPU with one notice that says why, and where to read on', async () => {
    const { provider, notice } = await chooseProvider('auto', surroundings('the library libcudnn.so.9 is missing'));
    assert.equal(provider, 'cpu');
    assert.equal(
      notice,
      'CUDA does not work here, so the CPU is used: the library libcudnn.so.9 is missing. ' +
        '"seep doctor --provider cuda" and "Seep: Explain GPU Setup" in the editor say what to do.',
    );
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
      ['cuda', /"cuda" does not work here: no driver\. Use "cpu" or "auto"\. .*--provider cuda"/],
      [
        'coreml',
        /"coreml" does not work here: this build of onnxruntime has only cpu, webgpu, cuda\..*--provider coreml"/,
      ],
    ] as const) {
      await assert.rejects(chooseProvider(choice, surroundings('no driver')), refused(why));
    }
    assert.deepEqual(probed, ['webgpu', 'cuda'], 'what is not shipped is not tried');
  });

  it('cuda is refused without a process where it was never installed', async () => {
    const choice = chooseProvider('cuda', surroundings(null, false));
    await assert.rejects(choice, refused(/onnxruntime's CUDA libraries are not installed/));
    assert.deepEqual(probed, []);
  });
});

describe('the trial of a provider in a throw-away process', () => {
  const started: ChildProcess[] = [];
  const probes = (script: string, milliseconds = 20_000) =>
    new ProviderProbes((provider) => {
      const child = spawn(process.execPath, ['-e', script, provider], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      started.push(child);
      return child;
    }, milliseconds);
  const LOADER =
    '[E:onnxruntime:x, provider_bridge_ort.cc:2146 Create] FAIL : Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory\n';
  const THROWN = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';

  beforeEach(() => {
    started.length = 0;
  });

  it('tells success', async () => {
    assert.equal(await probes('process.send("ok", () => process.exit())').probe('cuda'), null);
  });

  it('tells the library that is missing, which the runtime only prints', async () => {
    const script = `process.stderr.write(${JSON.stringify(LOADER)}); process.send(${JSON.stringify(THROWN)}, () => process.exit())`;
    assert.deepEqual(await probes(script).probe('cuda'), {
      reason: 'the library libcudnn.so.9 is missing',
      missingLibrary: 'libcudnn.so.9',
    } satisfies ProviderFault);
  });

  it('puts into plain words what the runtime throws there', async () => {
    const script = 'process.send("/a/arena.cc:9 Failed to allocate memory", () => process.exit())';
    assert.equal((await probes(script).probe('cuda'))?.reason, 'memory ran out');
  });

  it('survives a crash, and a process that says nothing', async () => {
    const crashed = await probes('process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000)').probe('cuda');
    assert.match(crashed?.reason ?? '', /the process that tried it ended with SIGSEGV/);
    assert.match((await probes('process.exit(3)').probe('cuda'))?.reason ?? '', /ended with exit code 3/);
  });

  it('ends a process that hangs', async () => {
    const fault = await probes('setInterval(() => {}, 1000)', 300).probe('cuda');
    assert.equal(fault?.reason, 'starting it took longer than 0.3 s');
    assert.equal(started[0]?.signalCode, 'SIGKILL');
  });

  it('happens once for each provider', async () => {
    const all = probes('process.send(process.argv[1] === "cuda" ? "ok" : "no adapter.", () => process.exit())');
    const answers = await Promise.all([all.probe('cuda'), all.probe('cuda'), all.probe('webgpu')]);
    answers.push(await all.probe('webgpu'));
    assert.deepEqual(
      answers.map((fault) => fault?.reason ?? null),
      [null, null, 'no adapter', 'no adapter'],
    );
    assert.equal(started.length, 2);
  });

  it('tells when no process can be started', async () => {
    const nothing = new ProviderProbes(() => spawn('/no/such/program', { stdio: ['ignore', 'ignore', 'pipe'] }));
    assert.match((await nothing.probe('cuda'))?.reason ?? '', /ENOENT/);
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
