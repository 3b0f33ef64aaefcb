import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import {
  ENGINE_PROTOCOL,
  type EngineMethods,
  type ForgetSetResult,
  type Hello,
  type Inspection,
  type InspectParams,
  type OpenParams,
  type OpenResult,
  type ScanParams,
  type ScanProgress,
  type ScanResult,
} from '../protocol/engine';
import { RpcClient } from '../protocol/rpc';

export type EngineState = {
  readonly kind: 'stopped' | 'starting' | 'ready' | 'restarting' | 'failed';
  readonly message?: string;
};

export interface EngineClientOptions {
  /** dist/engine.js */
  readonly enginePath: string;
  /** The Node binary to run it with; the current one unless given. */
  readonly execPath?: string;
  /** Takes what the engine process writes to its standard error, a line at a time. */
  log(line: string): void;
  onState?(state: EngineState): void;
  /** Computing threads of the engine; the machine's parallelism unless given. */
  readonly threads?: number;
  /** A request that hears nothing for so long has hung, and the engine is killed. 10 minutes unless given. */
  readonly silenceMilliseconds?: number;
}

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: ScanProgress) => void) | undefined;
}

const RESTARTS = 4;
const RESTART_WINDOW_MILLISECONDS = 3 * 60_000;
/** A record during which the engine died this often is given up. */
const DEATHS_PER_RECORD = 2;
/** Number of records that run together after the engine died under a larger number. */
const LOT_AFTER_DEATH = 16;
const KILL_AFTER_MILLISECONDS = 2000;
const SILENCE_MILLISECONDS = 10 * 60_000;

/** One life of the engine process. */
interface Life {
  readonly child: ChildProcess;
  readonly rpc: RpcClient<EngineMethods>;
  readonly hello: Promise<Hello>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Models and facts that this life has been given. */
  opened: OpenParams | null;
  facts: readonly Fact[] | null;
  heard: number;
}

/** Raised inside the client when the engine process ends under a request; callers see a SeepError only when it gives up. */
class EngineDied extends Error {}

/**
 * Runs the engine in a child process and keeps it alive: starts it on first use, starts it again after a crash with the same
 * models and facts, and asks again for what had not come back.
 */
export class EngineClient {
  #life: Life | null = null;
  #opened: OpenParams | null = null;
  #openResult: OpenResult | null = null;
  #facts: readonly Fact[] | null = null;
  #deaths: number[] = [];
  #disposed = false;

  constructor(private readonly options: EngineClientOptions) {}

  async hello(): Promise<Hello> {
    return this.#persist((life) => life.hello);
  }

  /** Opening what is open already costs nothing. */
  async open(params: OpenParams, signal?: AbortSignal): Promise<OpenResult> {
    const same = this.#life?.opened !== null && JSON.stringify(this.#life?.opened) === JSON.stringify(params);
    if (same && this.#openResult !== null) {
      return this.#openResult;
    }
    this.#opened = null;
    this.#openResult = null;
    const result = await this.#persist((life) => this.#openIn(life, params), signal);
    this.#opened = params;
    this.#openResult = result;
    return result;
  }

  async setForgetSet(facts: readonly Fact[]): Promise<ForgetSetResult> {
    this.#facts = null;
    const result = await this.#persist(async (life) => {
      await this.#reopen(life);
      life.facts = null;
      const answer = await this.#call(life, 'setForgetSet', { facts });
      life.facts = facts;
      return answer;
    });
    this.#facts = facts;
    return result;
  }

  /** Records that the engine died on {@link DEATHS_PER_RECORD} times come back as failed; all others are scored. */
  async scan(params: ScanParams, { signal, onProgress }: ScanOptions = {}): Promise<ScanResult> {
    const left = new Map(params.records.map((record) => [record.key, record]));
    const deaths = new Map<number, number>();
    let tokens = 0;
    const take = (value: ScanProgress) => {
      if (value.kind !== 'work') {
        left.delete(value.key);
        tokens += value.kind === 'record' ? value.scores.tokens : 0;
      }
      onProgress?.(value);
    };
    // After a death the records run in small lots that grow again, so that the one at fault is found and no other is given up.
    let lotSize = left.size;
    for (;;) {
      const lot = [...left.values()].slice(0, lotSize);
      try {
        const result = await this.#attempt(async (life) => {
          await this.#prepare(life);
          return this.#call(life, 'scan', { ...params, records: lot }, signal, take);
        }, signal);
        if (left.size === 0) {
          return { ...result, records: params.records.length, tokens };
        }
        lotSize *= 2;
      } catch (error) {
        if (!(error instanceof EngineDied)) {
          throw error;
        }
        const [only] = lot;
        if (lot.length === 1 && only !== undefined && left.has(only.key)) {
          const count = (deaths.get(only.key) ?? 0) + 1;
          deaths.set(only.key, count);
          if (count >= DEATHS_PER_RECORD) {
            take({ kind: 'failed', key: only.key, message: `The engine died on this record: ${error.message}` });
          }
        }
        this.#countDeath(error);
        lotSize = lot.length > LOT_AFTER_DEATH ? LOT_AFTER_DEATH : 1;
      }
    }
  }

  async inspect(params: InspectParams, signal?: AbortSignal): Promise<Inspection> {
    return this.#persist(async (life) => {
      await this.#prepare(life);
      return this.#call(life, 'inspect', params, signal);
    }, signal);
  }

  /** Ends the process; the next request starts a fresh one. Also forgets earlier crashes. */
  async restart(): Promise<void> {
    this.#deaths = [];
    await this.#stop();
  }

  /** Ends the process for good. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#stop();
  }

  /** Repeats an act that the engine's death interrupts, within the allowed number of restarts. */
  async #persist<T>(act: (life: Life) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await this.#attempt(act, signal);
      } catch (error) {
        if (!(error instanceof EngineDied)) {
          throw error;
        }
        this.#countDeath(error);
      }
    }
  }

  async #attempt<T>(act: (life: Life) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted) {
      throw new SeepError('cancelled', 'Cancelled.');
    }
    const life = this.#start();
    await life.hello;
    return act(life);
  }

  #countDeath(error: EngineDied): void {
    if (this.#disposed) {
      throw new SeepError('cancelled', 'The engine was stopped.');
    }
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < RESTART_WINDOW_MILLISECONDS), now];
    if (this.#deaths.length > RESTARTS) {
      const message = `The engine keeps dying (${error.message}). See the log, then restart it with "Seep: Restart Engine" or run again.`;
      this.options.onState?.({ kind: 'failed', message });
      throw new SeepError('engine', message);
    }
    this.options.onState?.({ kind: 'restarting', message: error.message });
  }

  /** Brings a fresh life to where the last one was. */
  async #prepare(life: Life): Promise<void> {
    await this.#reopen(life);
    if (this.#facts !== null && life.facts !== this.#facts) {
      const facts = this.#facts;
      await this.#call(life, 'setForgetSet', { facts });
      life.facts = facts;
    }
  }

  async #reopen(life: Life): Promise<void> {
    if (this.#opened !== null && life.opened === null) {
      await this.#openIn(life, this.#opened);
    }
  }

  async #openIn(life: Life, params: OpenParams): Promise<OpenResult> {
    life.opened = null;
    const result = await this.#call(life, 'open', params);
    life.opened = params;
    return result;
  }

  /** One request; a process that stays silent too long, or goes on for 2 s after a cancellation, is killed. */
  async #call<K extends keyof EngineMethods & string>(
    life: Life,
    method: K,
    params: EngineMethods[K]['params'],
    signal?: AbortSignal,
    onProgress?: (value: EngineMethods[K]['progress']) => void,
  ): Promise<EngineMethods[K]['result']> {
    const silence = this.options.silenceMilliseconds ?? SILENCE_MILLISECONDS;
    life.heard = Date.now();
    const watchdog = setInterval(
      () => {
        if (Date.now() - life.heard > silence) {
          this.options.log(`no answer to "${method}" for ${silence} ms; killing the engine`);
          life.child.kill('SIGKILL');
        }
      },
      Math.min(silence, 5000),
    );
    let killer: NodeJS.Timeout | undefined;
    const letGo = () => {
      killer = setTimeout(() => life.child.kill('SIGKILL'), KILL_AFTER_MILLISECONDS);
    };
    signal?.addEventListener('abort', letGo, { once: true });
    try {
      return await life.rpc.call(method, params, { signal, onProgress });
    } catch (error) {
      if (error instanceof EngineDied && signal?.aborted) {
        throw new SeepError('cancelled', 'Cancelled.');
      }
      throw error;
    } finally {
      clearInterval(watchdog);
      clearTimeout(killer);
      signal?.removeEventListener('abort', letGo);
    }
  }

  #start(): Life {
    if (this.#disposed) {
      throw new SeepError('cancelled', 'The engine was stopped.');
    }
    if (this.#life !== null) {
      return this.#life;
    }
    this.options.onState?.({ kind: 'starting' });
    const { enginePath, execPath, threads } = this.options;
    const child = fork(enginePath, [], {
      ...(execPath === undefined ? {} : { execPath }),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...(threads === undefined ? {} : { SEEP_THREADS: String(threads) }) },
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => this.options.log(line));
      }
    }
    const rpc = new RpcClient<EngineMethods>({
      post: (message) => {
        if (child.connected) {
          child.send(message as never, () => {});
        }
      },
      onMessage: (listener) => {
        child.on('message', (message) => {
          life.heard = Date.now();
          listener(message);
        });
      },
    });
    const gone = new Promise<void>((resolve) => {
      const end = (why: string) => {
        if (this.#life === life) {
          this.#life = null;
          this.options.onState?.({ kind: 'stopped' });
        }
        rpc.close(new EngineDied(why));
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(describeExit(code, signal)));
    });
    const hello = rpc.call('hello', null).then((answer) => {
      if (answer.protocol !== ENGINE_PROTOCOL) {
        throw new SeepError(
          'engine',
          `${enginePath}: belongs to another version of Seep. Install Seep again.`,
          enginePath,
        );
      }
      this.options.onState?.({ kind: 'ready' });
      return answer;
    });
    hello.catch(() => {});
    const life: Life = { child, rpc, hello, gone, opened: null, facts: null, heard: Date.now() };
    this.#life = life;
    return life;
  }

  /** Asks by closing the channel; kills after 2 s. */
  async #stop(): Promise<void> {
    const life = this.#life;
    if (life === null) {
      return;
    }
    this.#life = null;
    if (life.child.connected) {
      life.child.disconnect();
    }
    const killer = setTimeout(() => life.child.kill('SIGKILL'), KILL_AFTER_MILLISECONDS);
    await life.gone;
    clearTimeout(killer);
    this.options.onState?.({ kind: 'stopped' });
  }
}

/** How a process ended, with advice. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') {
    return 'it was killed, perhaps because memory ran out: use a smaller or quantised model';
  }
  if (signal !== null) {
    return `it crashed with ${signal}; the model or the runtime may be broken on this machine`;
  }
  return `it exited with code ${code}`;
}
