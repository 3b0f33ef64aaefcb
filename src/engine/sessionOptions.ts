import { availableParallelism, cpus } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';

export interface SessionChoice {
  readonly provider: string;
  /** Computing threads; null: one for each physical core. */
  readonly threads: number | null;
}

/** @param weightsFolder what the locations of external weights are relative to */
export function sessionOptions(
  { provider, threads }: SessionChoice,
  weightsFolder: string,
): InferenceSession.SessionOptions {
  const intraOpNumThreads = threads ?? (availableParallelism() < cpus().length ? availableParallelism() : undefined);
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    // Left out, the runtime takes one thread for each physical core.
    ...(intraOpNumThreads === undefined ? {} : { intraOpNumThreads }),
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: {
      session: {
        model_external_initializers_file_folder_path: weightsFolder,
        // Threads that wait for work in a loop take the cores from the editor: measured five times slower on a busy machine.
        'intra_op.allow_spinning': '0',
      },
    },
  };
}
