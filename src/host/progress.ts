import * as vscode from 'vscode';

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
