import { t } from '../l10n';
import { allOf, oneOf } from '../text/listed';
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
  return t('"seep doctor --provider {0}" and "Seep: Explain GPU Setup" in the editor say what to do.', provider);
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
  const findings = [{ what: t('System'), found: systemWords(facts) }, runtimeFinding(facts.runtime, provider)];
  const nowhere = nothingRunsHere(facts);
  if (nowhere === null && provider === 'cuda' && hasCudaBuild(facts)) {
    findings.push(...cudaFindings(facts));
  }
  const name = NAMES[provider];
  return {
    provider,
    works: fault === null,
    summary:
      fault === null
        ? t('{0} works here.', name)
        : t('{0} does not work here: {1}.', name, nowhere?.reason ?? fault.reason),
    findings,
    steps: fault === null ? [] : (nowhere?.steps ?? stepsFor(provider, facts, fault)),
  };
}

/** The explanation as lines to show. */
export function explanationLines({ works, provider, summary, findings, steps }: ProviderExplanation): string[] {
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  const todo = works
    ? [
        provider === 'cuda'
          ? t('Nothing is to be done: "auto" takes CUDA.')
          : t('Set "provider": "{0}" to use it.', provider),
      ]
    : [t('What to do:'), ...steps.map((step, i) => `  ${i + 1}. ${step}`)];
  return [summary, '', ...findings.map(({ what, found }) => `${what.padEnd(width)}${found}`), '', ...todo];
}

function stepsFor(provider: GpuProvider, facts: GpuFacts, fault: ProviderFault): string[] {
  if (provider === 'cuda' && hasCudaBuild(facts)) {
    return cudaSteps(facts, fault);
  }
  const usual = usualProvider(facts);
  const others = usual === provider || !isShipped(usual, facts) ? ['"cpu"'] : [`"${usual}"`, '"cpu"'];
  const need = needOf(provider);
  const here = isShipped(provider, facts)
    ? need
    : `${need} ${t('It cannot work on {0}.', `${facts.platform}-${facts.arch}`)}`;
  return [here, t('Until then set "provider": {0}. ("auto" tries CUDA alone.)', oneOf(others))];
}

function needOf(provider: GpuProvider): string {
  switch (provider) {
    case 'cuda':
      return t('onnxruntime-node has CUDA for Linux on x64 only.');
    case 'dml':
      return t(
        'DirectML belongs to Windows. It needs Windows 10 (1903) or newer and a GPU with DirectX 12 and its driver; nothing is to be installed besides.',
      );
    case 'coreml':
      return t(
        'CoreML belongs to macOS. onnxruntime-node has it for Apple silicon; nothing is to be installed besides. Parts of a model that it cannot compute run on the CPU.',
      );
    case 'webgpu':
      return t(
        'WebGPU is still experimental in onnxruntime-node, which has it for all systems but Linux on arm64. It needs a GPU with a working driver: Vulkan on Linux (libvulkan.so.1 and the driver of the GPU), Direct3D 12 on Windows, Metal on macOS.',
      );
  }
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
      reason: t('the package onnxruntime-node is not installed'),
      steps: [t('Install Seep again, or run "npm ci" in its folder.')],
    };
  }
  if (libc === 'musl') {
    return {
      reason: t('onnxruntime-node needs glibc, and this system has musl'),
      steps: [
        t(
          'Use a system or container image with glibc, such as Debian, Ubuntu or Fedora instead of Alpine. Seep scans nothing here, on the CPU either.',
        ),
      ],
    };
  }
  if (!runtime.hasBinding) {
    return platform === 'darwin' && arch === 'x64'
      ? {
          reason: t('onnxruntime-node {0} has no libraries for Macs with Intel processors', runtime.version),
          steps: [
            t(
              'Use a Mac with Apple silicon, or Linux or Windows, for example over Remote-SSH or in a container. Seep scans nothing here, on the CPU either.',
            ),
          ],
        }
      : {
          reason: t('onnxruntime-node {0} has no libraries for {1}', runtime.version, `${platform}-${arch}`),
          steps: [
            t(
              'Use Linux or Windows, for example over Remote-SSH or in a container. Seep scans nothing here, on the CPU either.',
            ),
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
    return { what, found: t('not installed') };
  }
  const { version, cuda, cudaIsRead } = runtime;
  if (provider !== 'cuda') {
    return { what, found: version };
  }
  return {
    what,
    found: cudaIsRead
      ? t('{0}, built for CUDA {1} (as its library says)', version, cuda)
      : t('{0}, built for CUDA {1} (as its version says)', version, cuda),
  };
}

function cudaFindings({ runtime, driver, gpus, libraries }: GpuFacts): ProviderExplanation['findings'][number][] {
  if (runtime === null) {
    return [];
  }
  const needed = driverForCuda(runtime.cuda);
  const listed = gpus.map(({ name, computeCapability }) =>
    computeCapability === null ? name : t('{0} (compute capability {1})', name, computeCapability.toFixed(1)),
  );
  return [
    { what: t('GPU'), found: listed.length > 0 ? listed.join(', ') : t('none found (nvidia-smi lists none)') },
    {
      what: t('NVIDIA driver'),
      found: t('{0}; CUDA {1} needs {2} or newer', driver ?? t('not loaded'), runtime.cuda, needed),
    },
    {
      what: t('CUDA provider'),
      found: runtime.hasCudaProvider
        ? t('installed in {0}', runtime.folder)
        : t('not installed: {0} is not in {1}', PROVIDER_FILES[0], runtime.folder),
    },
    ...libraries.map((library) => ({ what: library.name, found: libraryWords(library) })),
  ];
}

function libraryWords({ found, otherVersions }: LibraryFacts): string {
  if (found !== null) {
    return found.isOnPath ? placeOf(found) : t('{0}; the loader does not look there', placeOf(found));
  }
  const others = otherVersions.map(placeOf).join(', ');
  return others === '' ? t('missing') : t('missing; there is only {0}', others);
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
      t(
        'CUDA needs an NVIDIA GPU; without one stay with "cpu" or "auto". With one, install NVIDIA\'s driver, version {0} or newer, and restart the machine. In a container, pass the GPU through (docker run --gpus all).',
        needed,
      ),
    );
  } else if (Number.parseInt(driver, 10) < needed) {
    steps.push(
      t(
        "Install NVIDIA's driver in version {0} or newer ({1} is there) and restart the machine: CUDA {2} does not start with an older one.",
        needed,
        driver,
        cuda,
      ),
    );
  }
  const oldest = capabilityForCuda(cuda);
  if (gpus.length > 0 && gpus.every(({ computeCapability }) => (computeCapability ?? oldest) < oldest)) {
    steps.push(
      t(
        'CUDA {0} supports compute capability {1} or newer, which this GPU has not: use "cpu" or "auto", or another GPU.',
        cuda,
        oldest.toFixed(1),
      ),
    );
  }
  if (!runtime.hasCudaProvider) {
    steps.push(installStep(runtime));
  }
  const missing = libraries.filter(({ found }) => found === null);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const install = t('Install {0}. Missing so far: {1}.', librarySources(missing, cuda), names);
    const hasOther = missing.some(({ otherVersions }) => otherVersions.length > 0);
    steps.push(
      hasOther ? `${install} ${t('Other versions of CUDA may stay beside it, but do not do instead.')}` : install,
    );
  }
  const offPath = libraries.flatMap(({ found }) => (found === null || found.isOnPath ? [] : [folderOf(found.path)]));
  if (offPath.length > 0) {
    const folders = [...new Set(offPath)];
    const variable = `export LD_LIBRARY_PATH="${folders.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`;
    steps.push(
      folders.length === 1
        ? t(
            'Let the loader find the libraries: {0} before you start Seep or the editor, or name the folder in a file in /etc/ld.so.conf.d and run "sudo ldconfig".',
            variable,
          )
        : t(
            'Let the loader find the libraries: {0} before you start Seep or the editor, or name the folders in a file in /etc/ld.so.conf.d and run "sudo ldconfig".',
            variable,
          ),
    );
  }
  const { missingLibrary } = fault;
  if (missingLibrary !== null && !libraries.some(({ name }) => name === missingLibrary) && runtime.hasCudaProvider) {
    steps.push(
      t('Install the library {0}, or put its folder on LD_LIBRARY_PATH: the loader asked for it.', missingLibrary),
    );
  }
  if (steps.length === 0) {
    steps.push(
      t(
        'All that CUDA needs was found, so look at what the runtime says: {0}. Does "nvidia-smi" list the GPU, and has it memory left?',
        fault.reason,
      ),
    );
  }
  steps.push(
    t(
      'Look again with "seep doctor --provider cuda", or in the editor, started afresh, with "Seep: Explain GPU Setup".',
    ),
  );
  return steps;
}

/** How to get what the package's install script would have fetched. */
function installStep({ version, cuda, folder, installScript }: RuntimeFacts): string {
  const libraries =
    cuda === 12
      ? t("onnxruntime's CUDA libraries")
      : t("onnxruntime's CUDA libraries (it is called cuda12 but is built for CUDA {0})", cuda);
  const npm = t(
    'npm 12 runs no install scripts unless they are allowed ("npm approve-scripts onnxruntime-node", then "npm rebuild onnxruntime-node"), so call it yourself',
  );
  if (installScript !== null) {
    return t(
      "Fetch {0}, some hundred MB from NuGet. The package's install script does it; {1}: {2}",
      libraries,
      npm,
      `ONNXRUNTIME_NODE_INSTALL=cuda12 node "${installScript}"`,
    );
  }
  const script = 'node_modules/onnxruntime-node/script/install.js';
  const fetched = `node_modules/onnxruntime-node/bin/napi-v6/linux/x64/{${PROVIDER_FILES.join(',')}}`;
  return t(
    'Fetch {0}; they are too large to come with the extension. In an empty folder: {1} ({2}). Do it again after each update of Seep.',
    libraries,
    `npm install onnxruntime-node@${version} && ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script} && cp ${fetched} "${folder}"`,
    npm,
  );
}

function librarySources(missing: readonly LibraryFacts[], cuda: number): string {
  const isCudnn = ({ name }: LibraryFacts) => name.startsWith('libcudnn');
  const parts: string[] = [];
  if (!missing.every(isCudnn)) {
    parts.push(t("CUDA {0} (from NVIDIA's package repository: {1})", cuda, `cuda-libraries-${cuda}-*`));
  }
  if (missing.some(isCudnn)) {
    parts.push(t('cuDNN 9 for CUDA {0} ({1})', cuda, `libcudnn9-cuda-${cuda}`));
  }
  return allOf(parts);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
