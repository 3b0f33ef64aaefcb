import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Another program that does comparable work, in a process of its own; loaded once, then asked for a round at a time. */
export class Peer {
  readonly #lines: AsyncIterator<string>;
  /** What the last round computed; tells whether peers compute the same. */
  total = Number.NaN;

  private constructor(private readonly child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }) {
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @returns the peer, or why it cannot run here */
  static async start(command: string, args: readonly string[]): Promise<Peer | { readonly missing: string }> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const failed = once(child, 'error').then(([error]) => ({ missing: String(error) }));
    const peer = new Peer(child);
    const first = await Promise.race([failed, peer.#answer()]);
    return typeof first.missing === 'string' ? { missing: first.missing } : peer;
  }

  /** Seconds that a round takes. */
  async round(): Promise<number> {
    const started = performance.now();
    this.child.stdin?.write('\n');
    this.total = Number((await this.#answer()).total);
    return (performance.now() - started) / 1000;
  }

  async #answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new Error(`${this.child.spawnfile} ${this.child.spawnargs.slice(1).join(' ')}: ended without an answer`);
    }
    return JSON.parse(value);
  }

  async dispose(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.stdin?.end();
      await gone;
    }
  }
}
