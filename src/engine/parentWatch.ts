import { Worker } from 'node:worker_threads';

const INTERVAL_MILLISECONDS = 1000;

/** What the thread does. Text, because this bundle loads the runtime, which must not be loaded in a second thread. */
const WATCH = `
  const { parent } = require('node:worker_threads').workerData;
  const isGone = () => {
    // A process whose parent has ended gets another one; on Windows it keeps the old number.
    if (process.ppid !== parent) {
      return true;
    }
    try {
      process.kill(parent, 0);
      return false;
    } catch (error) {
      return error.code === 'ESRCH';
    }
  };
  setInterval(() => {
    if (isGone()) {
      process.kill(process.pid, 'SIGKILL');
    }
  }, ${INTERVAL_MILLISECONDS});
`;

/**
 * Ends this process soon after its parent has ended, even in the middle of a run, for which the engine's own thread stands still and
 * does not hear that the channel has closed.
 */
export function endWithParent(): void {
  new Worker(WATCH, { eval: true, workerData: { parent: process.ppid } }).unref();
}
