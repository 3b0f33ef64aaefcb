import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process has in use, garbage left out. */
export function usedMemory(): NodeJS.MemoryUsage {
  collect();
  // What buffers held is given back behind the collection, at the latest when the next one begins.
  collect();
  return process.memoryUsage();
}
