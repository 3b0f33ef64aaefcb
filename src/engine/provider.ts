import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import { whereExplained } from '../core/gpu/explainProvider';
import type { GpuProvider, ProviderFault } from '../core/gpu/gpuFacts';
import { t } from '../core/l10n';
import type { OpenResult, ProviderChoice } from '../protocol/engine';

export interface ProviderDecision {
  readonly provider: OpenResult['provider'];
  /** Why `auto` does not take a GPU that was set up for it, to be said once; null when everything is as asked for. */
  readonly notice: string | null;
}

/** What there is to choose from. */
export interface Surroundings {
  /** Providers that this build of the runtime knows. */
  readonly shipped: readonly string[];
  /** Whether the libraries that CUDA takes are installed; they do not come with the package. */
  readonly hasCudaLibraries: boolean;
  /** Tries a provider in a throw-away process: null when it works, otherwise why not. */
  probe(provider: GpuProvider): Promise<ProviderFault | null>;
}

/** Providers that this build of the runtime knows, the CPU first. */
export function shippedProviders(): string[] {
  const names = listSupportedBackends().map(({ name }) => name as string);
  return ['cpu', ...names.filter((name) => name !== 'cpu')];
}

/**
 * Which provider to use. `auto` takes CUDA where it works and otherwise the CPU; anything else is taken at its word.
 * @throws SeepError('provider') when an asked-for provider does not work
 */
export async function chooseProvider(choice: ProviderChoice, surroundings: Surroundings): Promise<ProviderDecision> {
  if (choice === 'cpu') {
    return { provider: 'cpu', notice: null };
  }
  if (choice === 'auto') {
    if (!surroundings.hasCudaLibraries) {
      return { provider: 'cpu', notice: null };
    }
    const fault = await providerFaultIn('cuda', surroundings);
    return fault === null
      ? { provider: 'cuda', notice: null }
      : {
          provider: 'cpu',
          notice: t('CUDA does not work here, so the CPU is used: {0}. {1}', fault.reason, whereExplained('cuda')),
        };
  }
  const fault = await providerFaultIn(choice, surroundings);
  if (fault !== null) {
    throw new SeepError(
      'provider',
      t(
        'Provider "{0}" does not work here: {1}. Use "cpu" or "auto". {2}',
        choice,
        fault.reason,
        whereExplained(choice),
      ),
    );
  }
  return { provider: choice, notice: null };
}

/** Why a provider does not work here; null when it does. Starts no process for one that the runtime does not even have. */
export async function providerFaultIn(
  provider: GpuProvider,
  { shipped, hasCudaLibraries, probe }: Surroundings,
): Promise<ProviderFault | null> {
  if (!shipped.includes(provider)) {
    const reason = t('this build of onnxruntime has only {0}', shipped.join(', '));
    return { reason, missingLibrary: null };
  }
  if (provider === 'cuda' && !hasCudaLibraries) {
    return { reason: t("onnxruntime's CUDA libraries are not installed"), missingLibrary: null };
  }
  return probe(provider);
}

/** The runtime's package ships without CUDA; its install script puts this library beside the binding. */
export function cudaLibrariesInstalled(): boolean {
  try {
    const root = dirname(dirname(require.resolve('onnxruntime-node')));
    return existsSync(join(root, 'bin', 'napi-v6', 'linux', process.arch, 'libonnxruntime_providers_cuda.so'));
  } catch {
    return false;
  }
}
