import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cudaOfRuntime, librariesOfCuda } from '../core/gpu/cudaVersions';
import type { FoundLibrary, Gpu, GpuFacts, LibraryFacts, RuntimeFacts } from '../core/gpu/gpuFacts';
import { neededLibraries } from './neededLibraries';

const COMMAND_MILLISECONDS = 5000;
const CUDA_LIBRARY = /^lib(?:cu|nv)[a-zA-Z_]*\.so\.\d/;

/**
 * Looks at what this machine has for computing on a GPU: reads files and asks `nvidia-smi` and `ldconfig`. Loads no library and
 * needs no engine, so that it also works where the engine cannot start.
 * @param enginePath the built engine, from which onnxruntime-node is looked up as the engine does
 */
export async function gatherGpuFacts(enginePath: string): Promise<GpuFacts> {
  const { platform, arch } = process;
  const isLinux = platform === 'linux';
  const { runtime, needs } = await lookAtRuntime(enginePath);
  const { driver, gpus } = await lookAtGpus();
  return {
    platform,
    arch,
    libc: isLinux ? libc() : null,
    driver,
    gpus,
    runtime,
    libraries: isLinux && runtime !== null ? await findLibraries(needs, runtime.folder) : [],
  };
}

async function lookAtRuntime(enginePath: string): Promise<{ runtime: RuntimeFacts | null; needs: string[] }> {
  let root: string;
  let version: string;
  try {
    // The package exports no package.json, so its folder is told from the module: <root>/dist/index.js.
    root = dirname(dirname(createRequire(enginePath).resolve('onnxruntime-node')));
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version?: unknown };
    version = String(manifest.version);
  } catch {
    return { runtime: null, needs: [] };
  }
  const folder = join(root, 'bin', 'napi-v6', process.platform, process.arch);
  const provider = join(folder, 'libonnxruntime_providers_cuda.so');
  const hasCudaProvider = existsSync(provider);
  const asked = hasCudaProvider ? await neededLibraries(provider) : null;
  const read = (asked ?? []).filter((name) => CUDA_LIBRARY.test(name));
  const readCuda = read.map((name) => /^libcudart\.so\.(\d+)/.exec(name)?.[1]).find((major) => major !== undefined);
  const cuda = readCuda === undefined ? cudaOfRuntime(version) : Number(readCuda);
  const installScript = join(root, 'script', 'install.js');
  const runtime: RuntimeFacts = {
    version,
    folder,
    hasBinding: existsSync(join(folder, 'onnxruntime_binding.node')),
    hasCudaProvider,
    installScript: existsSync(installScript) ? installScript : null,
    cuda,
    cudaIsRead: readCuda !== undefined,
  };
  return { runtime, needs: read.length > 0 ? read : librariesOfCuda(cuda) };
}

async function lookAtGpus(): Promise<Pick<GpuFacts, 'driver' | 'gpus'>> {
  const query = ['--query-gpu=driver_version,compute_cap,name', '--format=csv,noheader'];
  const { driver, gpus } = parseNvidiaSmi(await outputOf('nvidia-smi', query));
  const kernel = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '');
  return { driver: parseDriverVersion(kernel) ?? driver, gpus };
}

/** @param csv lines such as "580.65.06, 8.9, NVIDIA GeForce RTX 4090"; anything else, such as an error message, gives nothing */
export function parseNvidiaSmi(csv: string): Pick<GpuFacts, 'driver' | 'gpus'> {
  const gpus: Gpu[] = [];
  let driver: string | null = null;
  for (const line of csv.split('\n')) {
    const [, version, capability, name] = /^(\d+\.[\d.]+), *([^,]+), *(.+?)\s*$/.exec(line) ?? [];
    if (version !== undefined && name !== undefined) {
      driver ??= version;
      const number = Number(capability);
      gpus.push({ name, computeCapability: Number.isFinite(number) ? number : null });
    }
  }
  return { driver, gpus };
}

/** @param text of /proc/driver/nvidia/version */
export function parseDriverVersion(text: string): string | null {
  return /^NVRM version: .*?\s(\d+\.\d+(?:\.\d+)?)\s/m.exec(text)?.[1] ?? null;
}

function libc(): 'glibc' | 'musl' {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: unknown } };
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** For every name the first fitting file in the loader's own order, then in the folders where CUDA is often installed. */
async function findLibraries(names: readonly string[], runtimeFolder: string): Promise<LibraryFacts[]> {
  const cache = parseLoaderCache(await outputOf('ldconfig', ['-p'], ['/sbin', '/usr/sbin']));
  const ownPath = (process.env.LD_LIBRARY_PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = [...(await filesIn([runtimeFolder, ...ownPath])), ...cache];
  const elsewhere = await filesIn(await usualFolders());
  return Promise.all(names.map((name) => findLibrary(name, onPath, elsewhere)));
}

/** @param onPath and elsewhere: paths of shared libraries */
export async function findLibrary(
  name: string,
  onPath: readonly string[],
  elsewhere: readonly string[],
): Promise<LibraryFacts> {
  const stem = name.slice(0, name.indexOf('.so.') + 4);
  const files = [
    ...onPath.map((path) => ({ path, isOnPath: true })),
    ...elsewhere.map((path) => ({ path, isOnPath: false })),
  ];
  let found: FoundLibrary | null = null;
  const otherVersions = new Map<string, FoundLibrary>();
  for (const { path, isOnPath } of files) {
    if (!basename(path).startsWith(stem)) {
      continue;
    }
    const real = await realpath(path).catch(() => null);
    if (real === null) {
      continue;
    }
    const version = (basename(real).startsWith(stem) ? basename(real) : basename(path)).slice(stem.length);
    if (basename(path) === name) {
      found ??= { path, version, isOnPath };
    } else if (!`${name}.`.startsWith(`${basename(path)}.`) && !basename(path).startsWith(`${name}.`)) {
      otherVersions.set(real, otherVersions.get(real) ?? { path, version, isOnPath });
    }
  }
  return { name, found, otherVersions: [...otherVersions.values()] };
}

/** @param text of `ldconfig -p` */
export function parseLoaderCache(text: string): string[] {
  return [...text.matchAll(/^\s*\S+ \([^)]*\) => (\S.*)$/gm)].flatMap(([, path]) => (path === undefined ? [] : [path]));
}

/** Where CUDA is often installed without the loader knowing: the toolkit's folders, and Python and conda environments. */
async function usualFolders(): Promise<string[]> {
  const { CONDA_PREFIX, VIRTUAL_ENV } = process.env;
  const toolkits = (await childrenOf('/usr/local')).filter((path) => /\/cuda(?:-[\d.]+)?$/.test(path));
  const folders = [...toolkits, '/opt/cuda'].flatMap((root) => [
    join(root, 'lib64'),
    join(root, 'targets', 'x86_64-linux', 'lib'),
  ]);
  for (const root of [CONDA_PREFIX, VIRTUAL_ENV]) {
    if (root !== undefined && root !== '') {
      folders.push(join(root, 'lib'));
      for (const python of (await childrenOf(join(root, 'lib'))).filter((path) => /\/python3[\d.]*$/.test(path))) {
        const wheels = await childrenOf(join(python, 'site-packages', 'nvidia'));
        folders.push(...wheels.map((wheel) => join(wheel, 'lib')));
      }
    }
  }
  return folders;
}

async function filesIn(folders: readonly string[]): Promise<string[]> {
  return (await Promise.all(folders.map(childrenOf))).flat();
}

/** Sorted; nothing for a folder that cannot be read. */
async function childrenOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => join(folder, name));
}

/** What a command prints; nothing where it is not there, fails or takes too long. */
async function outputOf(command: string, args: readonly string[], besidePath: readonly string[] = []): Promise<string> {
  const PATH = [process.env.PATH ?? '', ...besidePath].join(delimiter);
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      timeout: COMMAND_MILLISECONDS,
      killSignal: 'SIGKILL',
      env: { ...process.env, PATH, LC_ALL: 'C' },
      windowsHide: true,
    });
    return stdout;
  } catch {
    return '';
  }
}
