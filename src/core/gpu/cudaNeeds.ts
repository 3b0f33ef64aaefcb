import { t } from '../l10n';
import { allOf } from '../text/listed';
import { capabilityForCuda, driverForCuda } from './cudaVersions';
import type { Finding, FoundLibrary, GpuFacts, LibraryFacts, ProviderFault, RuntimeFacts } from './gpuFacts';

/** What was found of what CUDA needs. */
export function cudaFindings({ runtime, driver, gpus, libraries }: GpuFacts): Finding[] {
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

/** What to do for CUDA to work, in that order. @param fault what trying it showed */
export function cudaSteps(facts: GpuFacts, fault: ProviderFault): string[] {
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
