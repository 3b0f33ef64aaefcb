import { capabilityForCuda, driverForCuda } from './cudaVersions';
import type { FoundLibrary, GpuFacts, GpuProvider, LibraryFacts, ProviderFault, RuntimeFacts } from './gpuFacts';

/** Whether a provider works on a machine, what that was told from, and what to do. All in plain words. */
export interface ProviderExplanation {
  readonly provider: GpuProvider;
  readonly works: boolean;
  readonly summary: string;
  /** What was found and what is missing. */
  readonly findings: readonly { readonly what: string; readonly found: string }[];
  /** In the order in which to do them; empty where nothing is to be done. */
  readonly steps: readonly string[];
}

const NAMES: Readonly<Record<GpuProvider, string>> = {
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};

/** Points from a short message to the whole explanation. */
export function whereExplained(provider: GpuProvider): string {
  return `"seep doctor --provider ${provider}" and "Seep: Explain GPU Setup" in the editor say what to do.`;
}

/** The provider that fits a machine best, whether it works there or not. */
export function usualProvider({ platform, arch }: Pick<GpuFacts, 'platform' | 'arch'>): GpuProvider {
  if (platform === 'win32') {
    return 'dml';
  }
  return platform === 'darwin' && arch === 'arm64' ? 'coreml' : 'cuda';
}

/** @param fault what trying it showed; null: it works */
export function explainProvider(
  provider: GpuProvider,
  facts: GpuFacts,
  fault: ProviderFault | null,
): ProviderExplanation {
  const findings = [{ what: 'System', found: systemWords(facts) }, runtimeFinding(facts.runtime, provider)];
  const nowhere = nothingRunsHere(facts);
  if (nowhere === null && provider === 'cuda' && hasCudaBuild(facts)) {
    findings.push(...cudaFindings(facts));
  }
  const name = NAMES[provider];
  return {
    provider,
    works: fault === null,
    summary: fault === null ? `${name} works here.` : `${name} does not work here: ${nowhere?.reason ?? fault.reason}.`,
    findings,
    steps: fault === null ? [] : (nowhere?.steps ?? stepsFor(provider, facts, fault)),
  };
}

/** The explanation as lines to show. */
export function explanationLines({ works, provider, summary, findings, steps }: ProviderExplanation): string[] {
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  const todo = works
    ? [provider === 'cuda' ? 'Nothing is to be done: "auto" takes CUDA.' : `Set "provider": "${provider}" to use it.`]
    : ['What to do:', ...steps.map((step, i) => `  ${i + 1}. ${step}`)];
  return [summary, '', ...findings.map(({ what, found }) => `${what.padEnd(width)}${found}`), '', ...todo];
}

function stepsFor(provider: GpuProvider, facts: GpuFacts, fault: ProviderFault): string[] {
  if (provider === 'cuda' && hasCudaBuild(facts)) {
    return cudaSteps(facts, fault);
  }
  const need = {
    cuda: 'onnxruntime-node has CUDA for Linux on x64 only.',
    dml: 'DirectML belongs to Windows. It needs Windows 10 (1903) or newer and a GPU with DirectX 12 and its driver; nothing is to be installed besides.',
    coreml:
      'CoreML belongs to macOS. onnxruntime-node has it for Apple silicon; nothing is to be installed besides. Parts of a model that it cannot compute run on the CPU.',
    webgpu:
      'WebGPU is still experimental in onnxruntime-node, which has it for all systems but Linux on arm64. It needs a GPU with a working driver: Vulkan on Linux (libvulkan.so.1 and the driver of the GPU), Direct3D 12 on Windows, Metal on macOS.',
  }[provider];
  const usual = usualProvider(facts);
  const other = usual === provider || !isShipped(usual, facts) ? '"cpu"' : `"${usual}" or "cpu"`;
  const here = isShipped(provider, facts) ? need : `${need} It cannot work on ${facts.platform}-${facts.arch}.`;
  return [here, `Until then set "provider": ${other}. ("auto" tries CUDA alone.)`];
}

function isShipped(provider: GpuProvider, { platform, arch }: GpuFacts): boolean {
  switch (provider) {
    case 'cuda':
      return platform === 'linux' && arch === 'x64';
    case 'dml':
      return platform === 'win32';
    case 'coreml':
      return platform === 'darwin' && arch === 'arm64';
    case 'webgpu':
      return platform !== 'linux' || arch === 'x64';
  }
}

function hasCudaBuild(facts: GpuFacts): boolean {
  return isShipped('cuda', facts);
}

/** Why not even the CPU provider runs on a machine, and what to do; null where it does. */
function nothingRunsHere({ platform, arch, libc, runtime }: GpuFacts): { reason: string; steps: string[] } | null {
  if (runtime === null) {
    return {
      reason: 'the package onnxruntime-node is not installed',
      steps: ['Install Seep again, or run "npm ci" in its folder.'],
    };
  }
  if (libc === 'musl') {
    return {
      reason: 'onnxruntime-node needs glibc, and this system has musl',
      steps: [
        'Use a system or container image with glibc, such as Debian, Ubuntu or Fedora instead of Alpine. Seep scans nothing here, on the CPU either.',
      ],
    };
  }
  if (!runtime.hasBinding) {
    const isIntelMac = platform === 'darwin' && arch === 'x64';
    return {
      reason: `onnxruntime-node ${runtime.version} has no libraries for ${isIntelMac ? 'Macs with Intel processors' : `${platform}-${arch}`}`,
      steps: [
        `Use ${isIntelMac ? 'a Mac with Apple silicon, or ' : ''}Linux or Windows, for example over Remote-SSH or in a container. Seep scans nothing here, on the CPU either.`,
      ],
    };
  }
  return null;
}

function systemWords({ platform, arch, libc }: GpuFacts): string {
  return `${platform}-${arch}${libc === null ? '' : `, ${libc}`}`;
}

function runtimeFinding(runtime: RuntimeFacts | null, provider: GpuProvider): ProviderExplanation['findings'][number] {
  const what = 'onnxruntime';
  if (runtime === null) {
    return { what, found: 'not installed' };
  }
  const { version, cuda, cudaIsRead } = runtime;
  const source = cudaIsRead ? 'as its library says' : 'as its version says';
  return { what, found: provider === 'cuda' ? `${version}, built for CUDA ${cuda} (${source})` : version };
}

function cudaFindings({ runtime, driver, gpus, libraries }: GpuFacts): ProviderExplanation['findings'][number][] {
  if (runtime === null) {
    return [];
  }
  const needed = driverForCuda(runtime.cuda);
  const listed = gpus.map(({ name, computeCapability }) =>
    computeCapability === null ? name : `${name} (compute capability ${computeCapability.toFixed(1)})`,
  );
  return [
    { what: 'GPU', found: listed.length > 0 ? listed.join(', ') : 'none found (nvidia-smi lists none)' },
    {
      what: 'NVIDIA driver',
      found: `${driver ?? 'not loaded'}; CUDA ${runtime.cuda} needs ${needed} or newer`,
    },
    {
      what: 'CUDA provider',
      found: runtime.hasCudaProvider
        ? `installed in ${runtime.folder}`
        : `not installed: ${PROVIDER_FILES[0]} is not in ${runtime.folder}`,
    },
    ...libraries.map((library) => ({ what: library.name, found: libraryWords(library) })),
  ];
}

function libraryWords({ found, otherVersions }: LibraryFacts): string {
  if (found !== null) {
    return `${placeOf(found)}${found.isOnPath ? '' : '; the loader does not look there'}`;
  }
  const others = otherVersions.map(placeOf).join(', ');
  return others === '' ? 'missing' : `missing; there is only ${others}`;
}

function placeOf({ version, path }: FoundLibrary): string {
  return `${version}, ${path}`;
}

const PROVIDER_FILES = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'] as const;

function cudaSteps(facts: GpuFacts, fault: ProviderFault): string[] {
  const { runtime, driver, gpus, libraries } = facts;
  if (runtime === null) {
    return [];
  }
  const { cuda } = runtime;
  const steps: string[] = [];
  const needed = driverForCuda(cuda);
  if (driver === null) {
    steps.push(
      `CUDA needs an NVIDIA GPU; without one stay with "cpu" or "auto". With one, install NVIDIA's driver, version ${needed} or newer, and restart the machine. In a container, pass the GPU through (docker run --gpus all).`,
    );
  } else if (Number.parseInt(driver, 10) < needed) {
    steps.push(
      `Install NVIDIA's driver in version ${needed} or newer (${driver} is there) and restart the machine: CUDA ${cuda} does not start with an older one.`,
    );
  }
  const oldest = capabilityForCuda(cuda);
  if (gpus.length > 0 && gpus.every(({ computeCapability }) => (computeCapability ?? oldest) < oldest)) {
    steps.push(
      `CUDA ${cuda} supports compute capability ${oldest.toFixed(1)} or newer, which this GPU has not: use "cpu" or "auto", or another GPU.`,
    );
  }
  if (!runtime.hasCudaProvider) {
    steps.push(installStep(runtime));
  }
  const missing = libraries.filter(({ found }) => found === null);
  if (missing.length > 0) {
    const hasOther = missing.some(({ otherVersions }) => otherVersions.length > 0);
    const beside = hasOther ? ' Other versions of CUDA may stay beside it, but do not do instead.' : '';
    steps.push(
      `Install ${librarySources(missing, cuda)}. Missing so far: ${missing.map(({ name }) => name).join(', ')}.${beside}`,
    );
  }
  const offPath = libraries.flatMap(({ found }) => (found === null || found.isOnPath ? [] : [folderOf(found.path)]));
  if (offPath.length > 0) {
    const folders = [...new Set(offPath)].join(':');
    steps.push(
      `Let the loader find the libraries: export LD_LIBRARY_PATH="${folders}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" before you start Seep or the editor, or name the ${offPath.length === 1 ? 'folder' : 'folders'} in a file in /etc/ld.so.conf.d and run "sudo ldconfig".`,
    );
  }
  const { missingLibrary } = fault;
  if (missingLibrary !== null && !libraries.some(({ name }) => name === missingLibrary) && runtime.hasCudaProvider) {
    steps.push(`Install the library ${missingLibrary}, or put its folder on LD_LIBRARY_PATH: the loader asked for it.`);
  }
  if (steps.length === 0) {
    steps.push(
      `All that CUDA needs was found, so look at what the runtime says: ${fault.reason}. Does "nvidia-smi" list the GPU, and has it memory left?`,
    );
  }
  steps.push(
    'Look again with "seep doctor --provider cuda", or in the editor, started afresh, with "Seep: Explain GPU Setup".',
  );
  return steps;
}

/** How to get what the package's install script would have fetched. */
function installStep({ version, cuda, folder, installScript }: RuntimeFacts): string {
  const named = cuda === 12 ? '' : ` (it is called cuda12 but is built for CUDA ${cuda})`;
  const npm =
    'npm 12 runs no install scripts unless they are allowed ("npm approve-scripts onnxruntime-node", then "npm rebuild onnxruntime-node"), so call it yourself';
  if (installScript !== null) {
    return `Fetch onnxruntime's CUDA libraries${named}, some hundred MB from NuGet. The package's install script does it; ${npm}: ONNXRUNTIME_NODE_INSTALL=cuda12 node "${installScript}"`;
  }
  const script = 'node_modules/onnxruntime-node/script/install.js';
  const libraries = `node_modules/onnxruntime-node/bin/napi-v6/linux/x64/{${PROVIDER_FILES.join(',')}}`;
  return `Fetch onnxruntime's CUDA libraries${named}; they are too large to come with the extension. In an empty folder: npm install onnxruntime-node@${version} && ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script} && cp ${libraries} "${folder}" (${npm}). Do it again after each update of Seep.`;
}

function librarySources(missing: readonly LibraryFacts[], cuda: number): string {
  const isCudnn = ({ name }: LibraryFacts) => name.startsWith('libcudnn');
  const parts: string[] = [];
  if (!missing.every(isCudnn)) {
    parts.push(`CUDA ${cuda} (from NVIDIA's package repository: cuda-libraries-${cuda}-*)`);
  }
  if (missing.some(isCudnn)) {
    parts.push(`cuDNN 9 for CUDA ${cuda} (libcudnn9-cuda-${cuda})`);
  }
  return parts.join(' and ');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
