import { setFlagsFromString } from 'node:v8';
import type { Pipe } from '../protocol/rpc';
import { serve } from '../protocol/rpc';
import { Engine } from './engine';
import { endWithParent } from './parentWatch';
import { PROBE_VARIABLE } from './providerProbe';
import { tryProvider } from './tryProvider';

// The engine process. It talks only to its parent and ends with it.

// Left alone, the heap grows to several times what is in use before it is cleaned up. Set here and not on the command line, where a
// version of Node that no longer knows the flag would refuse to start.
setFlagsFromString('--heap-growing-percent=30');
process.on('disconnect', () => process.exit(0));
endWithParent();
const probed = process.env[PROBE_VARIABLE];
if (probed !== undefined) {
  void tryProvider(probed).then((answer) => process.send?.(answer, () => process.exit(0)));
} else {
  // A Ctrl-C in a terminal reaches the whole process group; what it means is for the parent to say.
  process.on('SIGINT', () => undefined);
  serve(parentPipe(), new Engine(threads()).handlers);
}

function threads(): number | null {
  const asked = Number(process.env.SEEP_THREADS);
  return Number.isInteger(asked) && asked > 0 ? asked : null;
}

function parentPipe(): Pipe {
  return {
    post: (message) => {
      if (process.connected) {
        process.send?.(message);
      }
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}
