import type { Slices } from '../core/slices';
import { Turns } from './turns';

/** Does work to its end; whoever shares the thread has turns meanwhile. Rejects with the signal's reason once that is given. */
export async function inSlices<T>(work: Slices<T>, signal?: AbortSignal): Promise<T> {
  const turns = new Turns();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) {
      return value;
    }
    await turns.pause();
    signal?.throwIfAborted();
  }
}
