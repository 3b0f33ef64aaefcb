import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How much of a child's output is kept for error messages, in UTF-16 units. */
const TAIL = 16_000;

/** Every group that is still alive, so that leaving this process by whatever way leaves no orphan. */
/** @type {Set<RunningProcess>} */
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.signal('SIGKILL');
});

/** Set once a signal has come: what waits for a child then waits for ever, instead of reporting its end as a fault. */
let leaving = false;

/**
 * Stops every child and leaves when the user or the CI asks for it. Programs that start children call this once.
 * @param {number} [exitCode] instead of 128 + the signal's number
 */
export function stopOnSignals(exitCode) {
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(name, async () => {
      leaving = true;
      await Promise.all([...running].map((child) => child.stop()));
      process.exit(exitCode ?? 128 + constants.signals[name]);
    });
  }
}

/**
 * @typedef {object} StartOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment of the child; default: this process's
 * @property {boolean} [echo] passes the output on to this process's own
 */

/** @typedef {{code: number | null, signal: NodeJS.Signals | null}} Ending */

/** A child at the head of a process group of its own, so that its children die with it. */
export class RunningProcess {
  /** The last part of what the child wrote, both streams together. */
  tail = '';
  /** @type {Promise<Ending>} */
  ended;
  /** @type {Promise<Ending>} */
  #closed;
  #child;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {StartOptions} [options]
   */
  constructor(command, args, options = {}) {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    running.add(this);
    for (const [stream, own] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      stream.setEncoding('utf8');
      stream.on('data', (/** @type {string} */ text) => {
        this.tail = (this.tail + text).slice(-TAIL);
        if (options.echo) own.write(text);
        for (const listener of this.#listeners) listener();
      });
    }
    this.#closed = new Promise((resolve) => {
      /** @type {(code: number | null, signal: NodeJS.Signals | null) => void} */
      const end = (code, signal) => {
        running.delete(this);
        resolve({ code, signal });
      };
      child.on('close', end);
      child.on('error', (error) => {
        this.tail += `${error.message}\n`;
        end(127, null);
      });
    });
    this.ended = this.#closed.then((ending) => (leaving ? new Promise(() => {}) : ending));
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {NodeJS.Signals} signal to the whole group */
  signal(signal) {
    if (this.pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-this.pid, signal);
    } catch {
      // gone already
    }
  }

  /** Asks the group to end, waits three seconds, then kills it. */
  async stop() {
    this.signal('SIGTERM');
    const patience = setTimeout(() => this.signal('SIGKILL'), 3000);
    await this.#closed;
    clearTimeout(patience);
    this.signal('SIGKILL'); // what the head of the group left behind
  }

  /**
   * Waits until the output holds `pattern`.
   * @param {RegExp} pattern
   * @param {number} timeoutMs
   * @returns {Promise<RegExpMatchArray>}
   * @throws {Error} with the output's tail, when the time is over or the child ends before
   */
  async waitForOutput(pattern, timeoutMs) {
    /** @type {() => void} */
    let listener = () => {};
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const seen = new Promise((/** @type {(match: RegExpMatchArray) => void} */ resolve, reject) => {
      listener = () => {
        const match = this.tail.match(pattern);
        if (match) resolve(match);
      };
      this.#listeners.add(listener);
      listener();
      timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs);
      this.ended.then(({ code, signal }) => reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
    });
    try {
      return await seen;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${this.#child.spawnargs.slice(0, 2).join(' ')}: ${reason}\n${this.tail}`);
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {StartOptions & {timeoutMs?: number}} [options]
 * @returns {Promise<{code: number | null, signal: NodeJS.Signals | null, timedOut: boolean, output: string}>}
 *   `output` is the last part of both streams
 */
export async function run(command, args, options = {}) {
  const child = new RunningProcess(command, args, options);
  let timedOut = false;
  const timer = options.timeoutMs
    ? setTimeout(() => {
        timedOut = true;
        void child.stop();
      }, options.timeoutMs)
    : undefined;
  const { code, signal } = await child.ended;
  clearTimeout(timer);
  return { code, signal, timedOut, output: child.tail };
}
