import { setImmediate as nextTurn } from 'node:timers/promises';

/** What is done with many records at once is done in pieces, so that whoever shares the thread (the editor) goes on. */
const SLICE_MILLISECONDS = 5;

/** Work on a shared thread, in slices. */
export class Turns {
  #start = performance.now();

  /** Lets others go on where this slice is over. */
  async pause(): Promise<void> {
    if (performance.now() - this.#start > SLICE_MILLISECONDS) {
      await nextTurn();
      this.#start = performance.now();
    }
  }
}
