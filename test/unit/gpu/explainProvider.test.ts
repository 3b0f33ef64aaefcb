import assert from 'node:assert/strict';
import { cudaOfRuntime, librariesOfCuda } from '../../../src/core/gpu/cudaVersions';
import { explainProvider, explanationLines, usualProvider } from '../../../src/core/gpu/explainProvider';
import type { GpuFacts, ProviderFault } from '../../../src/core/gpu/gpuFacts';
import { folder, library, runtime, whole } from './someMachine';

const fault = (reason: string, missingLibrary: string | null = null): ProviderFault => ({ reason, missingLibrary });
const textOf = (facts: GpuFacts, why: ProviderFault | null, provider: Parameters<typeof explainProvider>[0] = 'cuda') =>
  explanationLines(explainProvider(provider, facts, why)).join('\n');
/** The last step, to look again, goes without saying. */
const stepsOf = (facts: GpuFacts, why: ProviderFault) => {
  const { steps } = explainProvider('cuda', facts, why);
  assert.match(steps.at(-1) ?? '', /^Look again with "seep doctor --provider cuda"/);
  return steps.slice(0, -1);
};

describe('the explanation of CUDA', () => {
  it('has nothing to do where it works', () => {
    const explanation = explainProvider('cuda', whole, null);
    assert.deepEqual([explanation.works, explanation.summary, explanation.steps], [true, 'CUDA works here.', []]);
    const text = textOf(whole, null);
    for (const line of [
      /^System +linux-x64, glibc$/m,
      /^onnxruntime +1\.30\.0, built for CUDA 13 \(as its library says\)$/m,
      /^GPU +NVIDIA L4 \(compute capability 8\.9\)$/m,
      /^NVIDIA driver +580\.65\.06; CUDA 13 needs 580 or newer$/m,
      /^libcudnn\.so\.9 +9\.4\.2, \/usr\/lib\/libcudnn\.so\.9$/m,
      /^Nothing is to be done: "auto" takes CUDA\.$/m,
    ]) {
      assert.match(text, line);
    }
    assert.doesNotMatch(text, /missing|What to do/);
  });

  it('asks for cuDNN alone where that is missing', () => {
    const libraries = whole.libraries.map((each) => (each.name === 'libcudnn.so.9' ? { ...each, found: null } : each));
    const why = fault('the library libcudnn.so.9 is missing', 'libcudnn.so.9');
    assert.deepEqual(stepsOf({ ...whole, libraries }, why), [
      'Install cuDNN 9 for CUDA 13 (libcudnn9-cuda-13). Missing so far: libcudnn.so.9.',
    ]);
    assert.match(
      textOf({ ...whole, libraries }, why),
      /^CUDA does not work here: the library libcudnn\.so\.9 is missing\.$/m,
    );
    assert.match(textOf({ ...whole, libraries }, why), /^libcudnn\.so\.9 +missing$/m);
  });

  it('names the wrong version where one is there', () => {
    const libraries = whole.libraries.map((each) =>
      /13|cufft/.test(each.name)
        ? {
            name: each.name,
            found: null,
            otherVersions: [
              {
                path: `/usr/local/cuda-12.8/lib64/${each.name.replace('13', '12')}`,
                version: '12.8.90',
                isOnPath: true,
              },
            ],
          }
        : each,
    );
    const facts = { ...whole, libraries };
    const [step, ...others] = stepsOf(facts, fault('the library libcublasLt.so.13 is missing', 'libcublasLt.so.13'));
    assert.deepEqual(others, []);
    assert.match(
      step ?? '',
      /^Install CUDA 13 \(.*cuda-libraries-13-\*\)\. Missing so far: libcublasLt\.so\.13, libcublas\.so\.13, /,
    );
    assert.match(step ?? '', /Other versions of CUDA may stay beside it, but do not do instead\./);
    assert.doesNotMatch(step ?? '', /cudnn/i);
    assert.match(
      textOf(facts, fault('x')),
      /^libcudart\.so\.13 +missing; there is only 12\.8\.90, \/usr\/local\/cuda-12\.8/m,
    );
  });

  it('tells how to make the loader find what lies elsewhere', () => {
    const libraries = whole.libraries.map((each) => ({
      ...each,
      found: { path: `/opt/cuda/lib64/${each.name}`, version: '13.0', isOnPath: false },
    }));
    const [step, ...others] = stepsOf(
      { ...whole, libraries },
      fault('the library libcublasLt.so.13 is missing', 'libcublasLt.so.13'),
    );
    assert.deepEqual(others, []);
    assert.match(step ?? '', /export LD_LIBRARY_PATH="\/opt\/cuda\/lib64\$\{LD_LIBRARY_PATH:\+:\$LD_LIBRARY_PATH\}"/);
    assert.match(
      textOf({ ...whole, libraries }, fault('x')),
      /13\.0, \/opt\/cuda\/lib64\/libcudnn\.so\.9; the loader does not look there/,
    );
  });

  it('tells how to fetch the provider, from a checkout and for the packed extension', () => {
    const why = fault("onnxruntime's CUDA libraries are not installed");
    const checkout = { ...whole, runtime: { ...runtime, hasCudaProvider: false, cudaIsRead: false } };
    const [step = '', ...others] = stepsOf(checkout, why);
    assert.deepEqual(others, []);
    assert.match(step, /called cuda12 but is built for CUDA 13/);
    assert.match(step, /npm 12 runs no install scripts unless they are allowed/);
    assert.ok(step.endsWith(`ONNXRUNTIME_NODE_INSTALL=cuda12 node "${runtime.installScript}"`), step);
    assert.match(textOf(checkout, why), /^onnxruntime +1\.30\.0, built for CUDA 13 \(as its version says\)$/m);
    assert.match(textOf(checkout, why), /^CUDA provider +not installed: libonnxruntime_providers_cuda\.so is not in /m);

    const packed = { ...whole, runtime: { ...runtime, hasCudaProvider: false, installScript: null } };
    const [extension = ''] = stepsOf(packed, why);
    assert.match(extension, /npm install onnxruntime-node@1\.30\.0 && ONNXRUNTIME_NODE_INSTALL=cuda12 node /);
    assert.ok(extension.includes(`providers_shared.so} "${folder}"`), extension);
  });

  it('asks for a driver, or a newer one, and a GPU that is new enough', () => {
    const none = stepsOf({ ...whole, driver: null, gpus: [] }, fault('no CUDA-capable device is detected'));
    assert.equal(none.length, 1);
    assert.match(
      none[0] ?? '',
      /^CUDA needs an NVIDIA GPU; without one stay with "cpu" or "auto"\..*580 or newer.*--gpus all/,
    );
    const old = stepsOf({ ...whole, driver: '550.54.14' }, fault('CUDA failure 35'));
    assert.match(old.join('\n'), /^Install NVIDIA's driver in version 580 or newer \(550\.54\.14 is there\)/);
    const pascal = [{ name: 'Tesla P100', computeCapability: 6 }];
    const [capability = ''] = stepsOf({ ...whole, gpus: pascal }, fault('no kernel image'));
    assert.match(capability, /CUDA 13 supports compute capability 7\.5 or newer/);
    assert.deepEqual(
      stepsOf({ ...whole, gpus: [...pascal, ...whole.gpus] }, fault('x')).filter((step) => /capability/.test(step)),
      [],
      'one GPU that fits is enough',
    );
    const cuda12 = { ...runtime, version: '1.24.3', cuda: 12 };
    const facts = {
      ...whole,
      driver: '550.54.14',
      gpus: pascal,
      runtime: cuda12,
      libraries: librariesOfCuda(12).map(library),
    };
    assert.doesNotMatch(stepsOf(facts, fault('x')).join('\n'), /driver in version|capability/);
  });

  it('hands on what the runtime says where all is there', () => {
    assert.match(
      stepsOf(whole, fault('CUDA failure 2: out of memory')).join('\n'),
      /^All that CUDA needs was found, so look at what the runtime says: CUDA failure 2: out of memory\./,
    );
    assert.match(
      stepsOf(whole, fault('the library libnvrtc.so.13 is missing', 'libnvrtc.so.13')).join('\n'),
      /^Install the library libnvrtc\.so\.13/,
    );
  });

  it('says so where nothing of onnxruntime runs: musl, Macs with Intel processors, no package', () => {
    const why = fault('the engine keeps dying');
    const musl = explainProvider('cuda', { ...whole, libc: 'musl' }, why);
    assert.equal(musl.summary, 'CUDA does not work here: onnxruntime-node needs glibc, and this system has musl.');
    assert.equal(musl.steps.length, 1);
    assert.match(musl.steps[0] ?? '', /instead of Alpine\. Seep scans nothing here, on the CPU either/);
    const mac: GpuFacts = {
      ...whole,
      platform: 'darwin',
      libc: null,
      driver: null,
      gpus: [],
      libraries: [],
      runtime: { ...runtime, hasBinding: false },
    };
    const intel = explainProvider('coreml', mac, why);
    assert.match(
      intel.summary,
      /^CoreML does not work here: onnxruntime-node 1\.30\.0 has no libraries for Macs with Intel/,
    );
    assert.match(intel.steps.join('\n'), /Apple silicon, or Linux or Windows, for example over Remote-SSH/);
    const absent = explainProvider('cuda', { ...whole, runtime: null, libraries: [] }, why);
    assert.match(textOf({ ...whole, runtime: null, libraries: [] }, why), /^onnxruntime +not installed$/m);
    assert.match(absent.steps.join('\n'), /npm ci/);
  });

  it('knows where there is no CUDA to be had', () => {
    const mac: GpuFacts = { ...whole, platform: 'darwin', arch: 'arm64', libc: null, libraries: [] };
    const { steps, findings } = explainProvider('cuda', mac, fault('this build has only cpu, coreml, webgpu'));
    assert.match(steps[0] ?? '', /Linux on x64 only\. It cannot work on darwin-arm64\.$/);
    assert.match(steps[1] ?? '', /"provider": "coreml" or "cpu"/);
    assert.deepEqual(
      findings.map(({ what }) => what),
      ['System', 'onnxruntime'],
    );
  });
});

describe('the explanation of other providers', () => {
  it('is short and says what they need', () => {
    const windows: GpuFacts = { ...whole, platform: 'win32', libc: null, libraries: [] };
    const arm: GpuFacts = { ...whole, arch: 'arm64' };
    for (const [provider, facts, words] of [
      ['dml', windows, /DirectX 12 .*nothing is to be installed besides\.\n.*"provider": "cpu"/],
      ['dml', whole, /It cannot work on linux-x64\.\n.*"provider": "cuda" or "cpu"/],
      ['coreml', whole, /Apple silicon.*cannot work on linux-x64/],
      ['webgpu', whole, /experimental.*Vulkan on Linux.*Metal on macOS\.\n/],
      ['webgpu', arm, /It cannot work on linux-arm64\.\n.*"provider": "cpu"/],
    ] as const) {
      assert.match(explainProvider(provider, facts, fault('no adapter')).steps.join('\n'), words);
    }
    assert.match(textOf(windows, null, 'dml'), /^DirectML works here\.[\s\S]*\nSet "provider": "dml" to use it\.$/);
    assert.doesNotMatch(textOf(windows, null, 'dml'), /CUDA/);
  });
});

describe('what fits a machine', () => {
  it('is told from its system', () => {
    assert.deepEqual(
      [
        ['linux', 'x64'],
        ['win32', 'x64'],
        ['darwin', 'arm64'],
        ['darwin', 'x64'],
      ].map(([platform = '', arch = '']) => usualProvider({ platform, arch })),
      ['cuda', 'dml', 'coreml', 'cuda'],
    );
  });

  it('is CUDA 13 from onnxruntime 1.27 on', () => {
    assert.deepEqual(['1.24.3', '1.26.0', '1.27.0', '1.30.0', '2.0.0'].map(cudaOfRuntime), [12, 12, 13, 13, 13]);
    assert.ok(librariesOfCuda(12).includes('libcufft.so.11'));
    assert.ok(librariesOfCuda(13).includes('libcufft.so.12'));
  });
});
