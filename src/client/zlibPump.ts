import type { Gunzip, Gzip } from 'node:zlib';

/** What came out of a zlib stream, and why nothing more will. */
export interface Pumped {
  readonly bytes: readonly Buffer[];
  readonly error: NodeJS.ErrnoException | null;
}

/**
 * Drives a zlib stream so that what a piece gives comes back with it: nothing is buffered between pieces, and what was good before an
 * error is not lost.
 */
export class ZlibPump {
  #out: Buffer[] = [];
  #ended = false;

  constructor(private readonly stream: Gunzip | Gzip) {
    stream.on('data', (bytes: Buffer) => this.#out.push(bytes));
    stream.on('end', () => {
      this.#ended = true;
    });
    // Every failure reaches the callback of `push` or `end` as well.
    stream.on('error', () => {});
  }

  /** Whether the stream takes no more, because its data has ended. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  push(bytes: Uint8Array | string): Promise<Pumped> {
    return this.#settle((done) => this.stream.write(bytes, done));
  }

  end(): Promise<Pumped> {
    return this.#settle((done) => this.stream.once('error', done).once('end', done).end());
  }

  close(): void {
    this.stream.destroy();
  }

  async #settle(act: (done: (error?: Error | null) => void) => void): Promise<Pumped> {
    const error = await new Promise<Error | null>((resolve) => act((failure) => resolve(failure ?? null)));
    const bytes = this.#out;
    this.#out = [];
    return { bytes, error };
  }
}
