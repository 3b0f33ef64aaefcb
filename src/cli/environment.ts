import { join } from 'node:path';
import { CachedEngine } from '../client/cache/cachedEngine';
import { cacheFolder } from '../client/cache/cacheFolder';
import { DiskCache } from '../client/cache/diskCache';
import { EngineClient, type EngineClientOptions } from '../client/engineClient';
import type { Messages } from './messages';

/** What a command works with. */
export interface Environment {
  readonly stdout: NodeJS.WriteStream;
  readonly messages: Messages;
  /** Aborted by Ctrl-C and its like. */
  readonly signal: AbortSignal;
}

/**
 * The engine, with what is known from earlier runs.
 * @param cache whether to use scores of earlier runs and keep new ones
 */
export function createEngine(environment: Environment, cache: boolean): CachedEngine {
  const { messages } = environment;
  return new CachedEngine(
    engineOptions(environment),
    cache ? new DiskCache(cacheFolder(), (notice) => messages.say(notice)) : null,
  );
}

/** The engine by itself, for whoever wants to know what is there now. */
export function createBareEngine(environment: Environment): EngineClient {
  return new EngineClient(engineOptions(environment));
}

/**
 * Built next to the command line: dist/cli.js and dist/engine.js. What it logs is of interest only to whoever looks for a fault in Seep
 * itself, and is shown when SEEP_DEBUG is set.
 */
function engineOptions({ messages }: Environment): EngineClientOptions {
  const debug = isDebug();
  return {
    enginePath: join(__dirname, 'engine.js'),
    log: (line) => {
      if (debug) {
        messages.say(`engine: ${line}`);
      }
    },
  };
}

export function isDebug(): boolean {
  return (process.env.SEEP_DEBUG ?? '') !== '';
}
