import { t } from '../l10n';
import { oneOf } from '../text/listed';
import { cudaFindings, cudaSteps } from './cudaNeeds';
import type { Finding, GpuFacts, GpuProvider, ProviderFault, RuntimeFacts } from './gpuFacts';

/** Whether a provider works on a machine, what that was told from, and what to do. All in plain words. */
export interface ProviderExplanation {
  readonly provider: GpuProvider;
  readonly works: boolean;
  readonly summary: string;
  /** What was found and what is missing. */
  readonly findings: readonly Finding[];
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

function runtimeFinding(runtime: RuntimeFacts | null, provider: GpuProvider): Finding {
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
