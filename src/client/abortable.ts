import { SeepError } from '../core/errors';

/** Stops waiting, not the work, when `signal` aborts: loading cannot be interrupted and will be wanted again. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return work;
  }
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new SeepError('cancelled', 'Cancelled.'));
    if (signal.aborted) {
      cancel();
    }
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
