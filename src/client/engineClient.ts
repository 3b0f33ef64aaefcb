import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import type { GpuProvider, ProviderFault } from '../core/gpu/gpuFacts';
import { spokenLanguage, t } from '../core/l10n';
import {
  type AskParams,
  type AskProgress,
  ENGINE_PROTOCOL,
  type EngineMethods,
  type ForgetSetParams,
  type ForgetSetResult,
  type Hello,
  type Inspection,
  type InspectParams,
  type OpenParams,
  type OpenResult,
  type Reading,
  type ScanParams,
  type ScanProgress,
  type ScanResult,
} from '../protocol/engine';
import { RpcClient } from '../protocol/rpc';
import { changedModel } from './changedModel';
import { Suspects } from './suspects';

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

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: AskProgress) => void) | undefined;
}

const RESTARTS = 4;
const RESTART_WINDOW_MILLISECONDS = 3 * 60_000;
const KILL_AFTER_MILLISECONDS = 2000;
const SILENCE_MILLISECONDS = 10 * 60_000;
const WATCH_MILLISECONDS = 5000;
const LAST_WORDS_MILLISECONDS = 500;
/** UTF-16 units. */
const MOST_LAST_WORDS = 300;

/** One life of the engine process. */
interface Life {
  readonly child: ChildProcess;
  readonly rpc: RpcClient<EngineMethods>;
  readonly hello: Promise<Hello>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Models that it was last told to load. */
  asked: OpenParams | null;
  /** Models and facts that this life has been given. */
  opened: OpenParams | null;
  forgetSet: ForgetSetParams | null;
  /** Whether anything came from it since somebody last looked. */
  heard: boolean;
  /** Why the client itself ends it; null while it does not. */
  ending: 'cancelled' | 'silent' | 'stopped' | null;
  /** Its death has been counted. */
  mourned: boolean;
}

/** What the engine says of a piece of work, or of the work as a whole: that has no key. */
interface Answer {
  readonly kind: string;
  readonly key?: number;
}

interface Failure {
  readonly kind: 'failed';
  readonly key: number;
  readonly message: string;
}

function isReading(value: Answer | Reading): value is Reading {
  return value.kind === 'reading';
}

/** Raised inside the client when the engine process ends under a request; callers see a SeepError only when it gives up. */
class EngineDied extends Error {
  constructor(
    message: string,
    readonly life: Life,
  ) {
    super(message);
  }

  /** It went down by itself: something that it worked on may be at fault. */
  get isCrash(): boolean {
    return this.life.ending === null || this.life.ending === 'silent';
  }
}

/**
 * What tells glibc to give back what the runtime frees. Every run has tensors of other sizes; left alone, the memory that a long scan
 * holds creeps up with what its threads keep for themselves. Other C libraries pass this over.
 */
const STEADY_MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '1048576',
};

/**
 * Half of what JavaScript's engine takes for young objects unless told otherwise: in use the other half is never needed, and it is
 * measured to be no slower. How far the rest of the heap may grow the engine says itself (`src/engine/main.ts`).
 */
const HEAP_OPTIONS = ['--max-semi-space-size=8'];

/**
 * Runs the engine in a child process and keeps it alive: starts it on first use, starts it again after a crash with the same
 * models and facts, and asks again for what had not come back.
 */
export class EngineClient {
  #life: Life | null = null;
  #opened: OpenParams | null = null;
  #openResult: OpenResult | null = null;
  #forgetSet: ForgetSetParams | null = null;
  #deaths: number[] = [];
  #disposed = false;

  constructor(private readonly options: EngineClientOptions) {}

  /** The program that it runs. */
  get enginePath(): string {
    return this.options.enginePath;
  }

  async hello(): Promise<Hello> {
    return this.#persist((life) => life.hello);
  }

  /** Why a provider does not work here; null when it does. */
  async probe(provider: GpuProvider, signal?: AbortSignal): Promise<ProviderFault | null> {
    const { fault } = await this.#persist((life) => this.#call(life, 'probe', { provider }, signal), signal);
    return fault;
  }

  /** Opening what is open already costs nothing. */
  async open(params: OpenParams, signal?: AbortSignal): Promise<OpenResult> {
    const opened = this.#life?.opened ?? null;
    if (opened !== null && this.#openResult !== null && JSON.stringify(opened) === JSON.stringify(params)) {
      return this.#openResult;
    }
    this.#opened = null;
    this.#openResult = null;
    const result = await this.#persist((life) => this.#openIn(life, params, signal), signal);
    this.#opened = params;
    this.#openResult = result;
    return result;
  }

  /** @param decoys scored as well, see {@link ForgetSetParams} */
  async setForgetSet(facts: readonly Fact[], decoys: readonly Fact[] = []): Promise<ForgetSetResult> {
    const forgetSet = { facts, decoys };
    this.#forgetSet = null;
    const result = await this.#persist(async (life) => {
      await this.#reopen(life);
      return this.#setForgetSetIn(life, forgetSet);
    });
    this.#forgetSet = forgetSet;
    return result;
  }

  /** Streams results as they come. A record that the engine dies on twice comes back as failed; all others are scored. */
  async scan(params: ScanParams, { signal, onProgress }: ScanOptions = {}): Promise<ScanResult> {
    const byKey = new Map(params.records.map((record) => [record.key, record]));
    let tokens = 0;
    const take = (value: ScanProgress) => {
      tokens += value.kind === 'record' ? value.scores.tokens : 0;
      onProgress?.(value);
    };
    const result = await this.#workThrough<ScanProgress, ScanResult>(
      'record',
      byKey.keys(),
      signal,
      take,
      (life, keys, told) => {
        const records = keys.flatMap((key) => byKey.get(key) ?? []);
        return this.#call(life, 'scan', { ...params, records }, signal, told);
      },
    );
    return { ...result, records: params.records.length, tokens };
  }

  async inspect(params: InspectParams, signal?: AbortSignal): Promise<Inspection> {
    return this.#persist(async (life) => {
      await this.#prepare(life, signal);
      return this.#call(life, 'inspect', params, signal);
    }, signal);
  }

  /** Answers come as progress. A question that the engine dies on twice comes back as failed; all others are answered. */
  async ask({ questions, tokens }: AskParams, { signal, onProgress }: AskOptions = {}): Promise<void> {
    const take = (value: AskProgress) => onProgress?.(value);
    await this.#workThrough<AskProgress, null>('fact', questions.keys(), signal, take, (life, keys, told) => {
      const asked = keys.flatMap((key) => questions[key] ?? []);
      const named = (index: number) => keys[index] ?? Number.NaN;
      return this.#call(life, 'ask', { questions: asked, tokens }, signal, (value) => {
        switch (value.kind) {
          case 'work':
            return told(value);
          case 'reading':
            return told({ kind: 'reading', keys: value.keys.map(named) });
          default:
            return told({ ...value, key: named(value.key) });
        }
      });
    });
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

  /**
   * Gives the engine pieces of work until each has an answer. Where it dies on one twice, `take` is told that this has failed.
   * @param what a piece is called in that message
   * @param request gives the engine the pieces with these keys, and tells what it says of them
   */
  async #workThrough<P extends Answer, R>(
    what: 'record' | 'fact',
    keys: Iterable<number>,
    signal: AbortSignal | undefined,
    take: (value: P | Failure) => void,
    request: (life: Life, keys: readonly number[], told: (value: P | Reading) => void) => Promise<R>,
  ): Promise<R> {
    const work = new Suspects(keys);
    for (;;) {
      const asked = work.next();
      try {
        const result = await this.#attempt(async (life) => {
          await this.#prepare(life, signal);
          return request(life, asked, (value) => {
            if (isReading(value)) {
              work.begin(value.keys);
              return;
            }
            if (value.key !== undefined) {
              work.done(value.key);
            }
            take(value);
          });
        }, signal);
        if (work.isDone) {
          return result;
        }
        if (work.lacksAnswers) {
          throw new Error(`the engine came to an end without an answer for every ${what}`);
        }
      } catch (error) {
        if (!(error instanceof EngineDied)) {
          throw error;
        }
        const key = error.isCrash ? work.died() : null;
        if (key !== null) {
          take({
            kind: 'failed',
            key,
            message:
              what === 'record'
                ? t('The engine died on this record: {0}.', error.message)
                : t('The engine died on this fact: {0}.', error.message),
          });
        }
        this.#mourn(error);
      }
    }
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
        this.#mourn(error);
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

  /** Counts a death once, however many requests it interrupted; ends it only by itself, not on the client's own wish. */
  #mourn({ life, message, isCrash }: EngineDied): void {
    if (this.#disposed) {
      throw new SeepError('cancelled', t('The engine was stopped.'));
    }
    if (isCrash && !life.mourned) {
      life.mourned = true;
      const now = Date.now();
      this.#deaths = [...this.#deaths.filter((at) => now - at < RESTART_WINDOW_MILLISECONDS), now];
    }
    if (this.#deaths.length > RESTARTS) {
      const advice = t(
        'The engine keeps dying: {0}. See the log, then restart it with "Seep: Restart Engine" or run again.',
        message,
      );
      this.options.onState?.({ kind: 'failed', message: advice });
      throw new SeepError('engine', advice);
    }
    if (isCrash) {
      this.options.onState?.({ kind: 'restarting', message });
    }
  }

  /** Brings a fresh life to where the last one was. */
  async #prepare(life: Life, signal?: AbortSignal): Promise<void> {
    await this.#reopen(life, signal);
    if (this.#forgetSet !== null && life.forgetSet !== this.#forgetSet) {
      await this.#setForgetSetIn(life, this.#forgetSet, signal);
    }
  }

  async #reopen(life: Life, signal?: AbortSignal): Promise<void> {
    if (this.#opened !== null && life.opened === null) {
      const before = this.#openResult;
      const now = await this.#openIn(life, this.#opened, signal);
      // What this life scores must go with what others have scored, and with what was told of the models.
      const changed = before === null ? null : changedModel(before.models, now.models);
      if (changed !== null) {
        life.opened = null;
        throw changed;
      }
    }
  }

  async #openIn(life: Life, params: OpenParams, signal?: AbortSignal): Promise<OpenResult> {
    life.asked = params;
    life.opened = null;
    const result = await this.#call(life, 'open', params, signal);
    life.opened = params;
    return result;
  }

  async #setForgetSetIn(life: Life, forgetSet: ForgetSetParams, signal?: AbortSignal): Promise<ForgetSetResult> {
    life.forgetSet = null;
    const result = await this.#call(life, 'setForgetSet', forgetSet, signal);
    life.forgetSet = forgetSet;
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
    const limit = this.options.silenceMilliseconds ?? SILENCE_MILLISECONDS;
    const interval = Math.min(limit, WATCH_MILLISECONDS);
    let silent = 0;
    life.heard = true;
    // Ticks are added up and not times compared: a machine that wakes up again must not look like a process that hung.
    const watchdog = setInterval(() => {
      silent = life.heard ? 0 : silent + interval;
      life.heard = false;
      if (silent >= limit) {
        this.options.log(`no answer to "${method}" for ${silent} ms; killing the engine`);
        life.ending ??= 'silent';
        life.child.kill('SIGKILL');
      }
    }, interval);
    let killer: NodeJS.Timeout | undefined;
    const letGo = () => {
      killer = setTimeout(() => {
        life.ending ??= 'cancelled';
        life.child.kill('SIGKILL');
      }, KILL_AFTER_MILLISECONDS);
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
      throw new SeepError('cancelled', t('The engine was stopped.'));
    }
    if (this.#life !== null) {
      return this.#life;
    }
    this.options.onState?.({ kind: 'starting' });
    const { enginePath, execPath } = this.options;
    const child = fork(enginePath, [], {
      ...(execPath === undefined ? {} : { execPath }),
      execArgv: HEAP_OPTIONS,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: this.#environment(),
    });
    let lastWords = '';
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => {
          if (stream === child.stderr && line.trim() !== '' && !OUT_OF_MEMORY.test(lastWords)) {
            lastWords = line.trim();
          }
          this.options.log(line);
        });
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
          life.heard = true;
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
        rpc.close(new EngineDied(why, life));
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', async (code, signal) => {
        // Its last words may come behind its end. ("close" would wait for them, but never comes after a disconnect.)
        await Promise.race([Promise.all([ended(child.stdout), ended(child.stderr)]), sleep(LAST_WORDS_MILLISECONDS)]);
        end(describeEnd(code, signal, life, lastWords));
      });
    });
    const hello = rpc.call('hello', { language: spokenLanguage() }).then((answer) => {
      if (answer.protocol !== ENGINE_PROTOCOL) {
        throw new SeepError(
          'engine',
          t('{0}: belongs to another version of Seep. Install Seep again.', enginePath),
          enginePath,
        );
      }
      this.options.onState?.({ kind: 'ready' });
      return answer;
    });
    hello.catch(() => {});
    const life: Life = {
      child,
      rpc,
      hello,
      gone,
      asked: null,
      opened: null,
      forgetSet: null,
      heard: true,
      ending: null,
      mourned: false,
    };
    this.#life = life;
    return life;
  }

  #environment(): NodeJS.ProcessEnv {
    const { threads } = this.options;
    const environment: NodeJS.ProcessEnv = { ...process.env };
    // A debugger that is attached to the parent must not take hold of the engine.
    delete environment.NODE_OPTIONS;
    delete environment.VSCODE_INSPECTOR_OPTIONS;
    if (process.versions.electron !== undefined) {
      environment.ELECTRON_RUN_AS_NODE = '1';
    }
    if (threads !== undefined) {
      environment.SEEP_THREADS = String(threads);
    }
    return { ...STEADY_MEMORY, ...environment };
  }

  /** Asks by closing the channel; kills after 2 s. */
  async #stop(): Promise<void> {
    const life = this.#life;
    if (life === null) {
      return;
    }
    this.#life = null;
    life.ending ??= 'stopped';
    if (life.child.connected) {
      life.child.disconnect();
    }
    const killer = setTimeout(() => life.child.kill('SIGKILL'), KILL_AFTER_MILLISECONDS);
    await life.gone;
    clearTimeout(killer);
    this.options.onState?.({ kind: 'stopped' });
  }
}

function ended(stream: Readable | null): Promise<void> {
  return stream === null || stream.closed
    ? Promise.resolve()
    : new Promise((resolve) => stream.once('close', () => resolve()));
}

/** Windows' status of an access to memory that is not the process's own. */
const ACCESS_VIOLATION = 0xc0000005;

/** How JavaScript's engine and the C++ library say it before they end the process; more lines follow. */
const OUT_OF_MEMORY = /out of memory|\bOOM\b|bad_alloc/;

/** How a process ended, with advice. */
function describeEnd(
  code: number | null,
  signal: NodeJS.Signals | null,
  { ending, asked }: Life,
  lastWords: string,
): string {
  if (ending === 'silent') {
    return t('it gave no answer for too long and was killed; the model may be too slow for this machine');
  }
  const folders = asked === null ? [] : [asked.teacher, asked.student, asked.reference].filter((each) => each !== null);
  const mend =
    folders.length === 0
      ? t('use smaller or quantised models')
      : t('use smaller or quantised models than {0}', folders.join(', '));
  if (OUT_OF_MEMORY.test(lastWords)) {
    return t('it ran out of memory ({0}): {1}', lastWords.slice(0, MOST_LAST_WORDS), mend);
  }
  if (signal === 'SIGKILL') {
    return t('it was killed, perhaps because memory ran out: {0}', mend);
  }
  if (signal !== null || code === ACCESS_VIOLATION) {
    const how = signal ?? t('an access violation');
    return t('it crashed with {0}; the model or the runtime may be broken on this machine', how);
  }
  return lastWords === ''
    ? t('it exited with code {0}', String(code))
    : t('it exited with code {0} ({1})', String(code), lastWords.slice(0, MOST_LAST_WORDS));
}
