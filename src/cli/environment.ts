import { join } from 'node:path';
import { EngineClient } from '../client/engineClient';
import type { Messages } from './messages';

/** What a command works with. */
export interface Environment {
  readonly stdout: NodeJS.WriteStream;
  readonly messages: Messages;
  /** Aborted by Ctrl-C and its like. */
  readonly signal: AbortSignal;
}

/**
 * The engine, built next to the command line: dist/cli.js and dist/engine.js. What it logs is of interest only to whoever
 * looks for a fault in Seep itself, and is shown when SEEP_DEBUG is set.
 */
export function createEngine({ messages }: Environment): EngineClient {
  const debug = isDebug();
  return new EngineClient({
    enginePath: join(__dirname, 'engine.js'),
    log: (line) => {
      if (debug) {
        messages.say(`engine: ${line}`);
      }
    },
  });
}

export function isDebug(): boolean {
  return (process.env.SEEP_DEBUG ?? '') !== '';
}
