import { type ChildProcess, fork } from 'node:child_process';
import type { GpuProvider, ProviderFault } from '../core/gpu/gpuFacts';
import { providerFault } from '../core/gpu/loaderMessage';
import { decimal, t } from '../core/l10n';
import { runtimeReason } from './runtimeErrors';

/** Set for the throw-away process: the provider to try. */
export const PROBE_VARIABLE = 'SEEP_PROBE_PROVIDER';
/** What the throw-away process sends when the provider works; anything else is the runtime's own message. */
export const PROBE_WORKS = 'ok';

const PROBE_MILLISECONDS = 30_000;
const STDERR_UNITS = 8000;

/**
 * Tries providers, each in a throw-away process, because a failed CUDA session can spoil later CPU sessions of the same process.
 * What came of it is remembered as long as the engine lives: a machine does not change under it, and starting CUDA takes seconds.
 */
export class ProviderProbes {
  readonly #tried = new Map<GpuProvider, Promise<ProviderFault | null>>();

  /** @param start starts a process that runs `tryProvider` and sends its answer */
  constructor(
    private readonly start: (provider: GpuProvider) => ChildProcess = startProbe,
    private readonly milliseconds = PROBE_MILLISECONDS,
  ) {}

  /** Why a provider does not work; null when it does. Never rejects. */
  probe(provider: GpuProvider): Promise<ProviderFault | null> {
    const known = this.#tried.get(provider) ?? this.#try(provider);
    this.#tried.set(provider, known);
    return known;
  }

  #try(provider: GpuProvider): Promise<ProviderFault | null> {
    return new Promise((resolve) => {
      const child = this.start(provider);
      let stderr = '';
      let answer: string | null = null;
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, this.milliseconds);
      const endWithParent = () => child.kill('SIGKILL');
      process.once('exit', endWithParent);
      const settle = (fault: ProviderFault | null) => {
        clearTimeout(timer);
        process.off('exit', endWithParent);
        resolve(fault);
      };
      child.stderr?.on('data', (chunk) => {
        stderr = (stderr + String(chunk)).slice(-STDERR_UNITS);
      });
      child.on('message', (message) => {
        answer = String(message);
      });
      child.on('error', (error) => settle({ reason: error.message, missingLibrary: null }));
      child.on('close', (code, signal) => {
        if (answer === PROBE_WORKS) {
          settle(null);
        } else if (isLate) {
          const reason = t('starting it took longer than {0} s', decimal(this.milliseconds / 1000));
          settle({ reason, missingLibrary: null });
        } else {
          const fault = providerFault(answer === null ? null : runtimeReason(answer), stderr);
          const ending =
            signal === null
              ? t('the process that tried it ended with exit code {0}', String(code))
              : t('the process that tried it ended with {0}', signal);
          settle(fault.reason === '' ? { ...fault, reason: ending } : fault);
        }
      });
    });
  }
}

/** The engine's own program again, told to try a provider. */
function startProbe(provider: GpuProvider): ChildProcess {
  return fork(__filename, [], {
    env: { ...process.env, [PROBE_VARIABLE]: provider },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
