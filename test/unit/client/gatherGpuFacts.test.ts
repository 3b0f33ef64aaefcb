import assert from 'node:assert/strict';
import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findLibrary,
  gatherGpuFacts,
  parseDriverVersion,
  parseLoaderCache,
  parseNvidiaSmi,
} from '../../../src/client/gatherGpuFacts';
import { neededLibraries } from '../../../src/client/neededLibraries';
import { repoRoot } from '../../repoRoot';
import { temporaryFolder } from '../temporaryFolder';

const natives = join(repoRoot, 'node_modules/onnxruntime-node/bin/napi-v6');

describe('what a library asks the loader for', () => {
  const folder = temporaryFolder();

  it('is read from the file itself', async () => {
    for (const arch of ['x64', 'arm64']) {
      const needed = await neededLibraries(join(natives, 'linux', arch, 'onnxruntime_binding.node'));
      assert.equal(needed?.filter((name) => name === 'libonnxruntime.so.1').length, 1, arch);
      assert.ok(needed?.includes('libc.so.6'), arch);
    }
  });

  it('is unknown of anything else, however broken', async () => {
    const broken = join(folder.path, 'broken.so');
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('\x7fELF'),
      Buffer.concat([Buffer.from('\x7fELF\x02\x01'), Buffer.alloc(58, 0xff)]),
    ]) {
      writeFileSync(broken, bytes);
      assert.equal(await neededLibraries(broken), null);
    }
    assert.equal(await neededLibraries(join(natives, 'win32/x64/onnxruntime_binding.node')), null);
    assert.equal(await neededLibraries(join(folder.path, 'absent.so')), null);
    assert.equal(await neededLibraries(folder.path), null);
  });
});

describe('what NVIDIA tells', () => {
  it('is read from nvidia-smi', () => {
    assert.deepEqual(parseNvidiaSmi('580.65.06, 8.9, NVIDIA GeForce RTX 4090\n580.65.06, [N/A], Tesla, old \n'), {
      driver: '580.65.06',
      gpus: [
        { name: 'NVIDIA GeForce RTX 4090', computeCapability: 8.9 },
        { name: 'Tesla, old', computeCapability: null },
      ],
    });
    for (const nothing of [
      '',
      'No devices were found\n',
      "NVIDIA-SMI has failed because it couldn't communicate, 1, x",
    ]) {
      assert.deepEqual(parseNvidiaSmi(nothing), { driver: null, gpus: [] });
    }
  });

  it('is read from the kernel driver, of either kind', () => {
    const closed =
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\nGCC version:  gcc version 12.3.0\n';
    const open =
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@U22)\nGCC version:\n';
    assert.deepEqual([closed, open, ''].map(parseDriverVersion), ['535.183.01', '580.65.06', null]);
  });
});

describe('the search for libraries', () => {
  const folder = temporaryFolder();
  const at = (...path: string[]) => join(folder.path, ...path);

  before(() => {
    for (const name of ['cuda-13', 'cuda-12']) {
      mkdirSync(at(name));
    }
    writeFileSync(at('cuda-13/libcublas.so.13.2.0.9'), '');
    symlinkSync('libcublas.so.13.2.0.9', at('cuda-13/libcublas.so.13'));
    symlinkSync('libcublas.so.13', at('cuda-13/libcublas.so'));
    writeFileSync(at('cuda-13/libcublasLt.so.13.2.0.9'), '');
    writeFileSync(at('cuda-12/libcublas.so.12.8.4.1'), '');
    symlinkSync('libcublas.so.12.8.4.1', at('cuda-12/libcublas.so.12'));
    symlinkSync('nowhere', at('cuda-12/libcudart.so.13'));
  });

  const files = (name: string, ...of: string[]) => of.map((file) => at(name, file));
  const all13 = () =>
    files('cuda-13', 'libcublas.so', 'libcublas.so.13', 'libcublas.so.13.2.0.9', 'libcublasLt.so.13.2.0.9');
  const all12 = () => files('cuda-12', 'libcublas.so.12', 'libcublas.so.12.8.4.1', 'libcudart.so.13');

  it('finds the wanted one with its whole version, on the path first', async () => {
    assert.deepEqual(await findLibrary('libcublas.so.13', all13(), [...all12(), ...all13()]), {
      name: 'libcublas.so.13',
      found: { path: at('cuda-13/libcublas.so.13'), version: '13.2.0.9', isOnPath: true },
      otherVersions: [{ path: at('cuda-12/libcublas.so.12'), version: '12.8.4.1', isOnPath: false }],
    });
    const elsewhere = await findLibrary('libcublas.so.13', [], all13());
    assert.equal(elsewhere.found?.isOnPath, false);
    assert.deepEqual(elsewhere.otherVersions, []);
  });

  it('takes no other library, no other version and no broken link for it', async () => {
    assert.deepEqual(await findLibrary('libcublas.so.13', all12(), []), {
      name: 'libcublas.so.13',
      found: null,
      otherVersions: [{ path: at('cuda-12/libcublas.so.12'), version: '12.8.4.1', isOnPath: true }],
    });
    assert.deepEqual(await findLibrary('libcudart.so.13', all12(), all13()), {
      name: 'libcudart.so.13',
      found: null,
      otherVersions: [],
    });
    // The loader wants the very name; a file with more digits behind it does not do.
    assert.equal((await findLibrary('libcublasLt.so.13', all13(), [])).found, null);
  });

  it('reads what ldconfig prints', () => {
    const printed =
      "2 libs found in cache `/etc/ld.so.cache'\n\tlibcudart.so.13 (libc6,x86-64) => /usr/local/cuda/lib/libcudart.so.13\n\tlibz.so.1 (libc6, OS ABI: Linux 3.2.0) => /lib/lib z.so.1\nCache generated by: ldconfig\n";
    assert.deepEqual(parseLoaderCache(printed), ['/usr/local/cuda/lib/libcudart.so.13', '/lib/lib z.so.1']);
    assert.deepEqual(parseLoaderCache('ldconfig: not found'), []);
  });
});

describe('the facts of this machine', () => {
  it('are gathered without an engine', async () => {
    const facts = await gatherGpuFacts(join(repoRoot, 'dist/engine.js'));
    assert.deepEqual([facts.platform, facts.arch], [process.platform, process.arch]);
    assert.match(facts.runtime?.version ?? '', /^\d+\.\d+\.\d+/);
    assert.equal(facts.runtime?.folder, realpathSync(join(natives, process.platform, process.arch)));
    assert.equal(facts.runtime?.hasBinding, true);
    assert.ok(existsSync(facts.runtime?.installScript ?? ''));
    if (process.platform === 'linux') {
      assert.equal(facts.libc, 'glibc', 'the suite runs the engine, which needs it');
      assert.ok(facts.libraries.some(({ name }) => name.startsWith('libcudnn.so.')));
    }
  });

  it('say where the runtime is not installed', async () => {
    const facts = await gatherGpuFacts('/nowhere/dist/engine.js');
    assert.deepEqual([facts.runtime, facts.libraries], [null, []]);
  });
});
