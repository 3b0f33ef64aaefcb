import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';

/** Work that takes longer is announced. */
const LATE_MS = 1000;

/** Shows a notification with a bar and a button to cancel while `work` goes on. */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, onProgress: (fraction: number, what?: string) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, cancellation) => {
      const abort = new AbortController();
      const cancel = cancellation.onCancellationRequested(() => abort.abort());
      let shown = 0;
      try {
        return await work(abort.signal, (fraction, what) => {
          const increment = Math.max(0, 100 * fraction - shown);
          shown += increment;
          progress.report({ increment, ...(what === undefined ? {} : { message: what }) });
        });
      } finally {
        cancel.dispose();
      }
    },
  );
}

/**
 * Does work that is mostly done before anybody could read of it; where it takes longer, a notification lets people cancel it.
 * @throws SeepError `cancelled`, and what the work throws
 */
export async function withLateProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const done = work(abort.signal).catch((error: unknown) => {
    throw abort.signal.aborted ? new SeepError('cancelled', 'Cancelled.') : error;
  });
  const late = sleep(LATE_MS, 'late', { ref: false });
  if ((await Promise.race([done, late])) !== 'late') {
    return done;
  }
  return withProgress(title, (signal) => {
    signal.addEventListener('abort', () => abort.abort());
    return done;
  });
}
