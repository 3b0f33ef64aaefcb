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
  #error: Error | null = null;
  /** Ends the waiting of whoever waits. */
  #wake = () => {};

  constructor(private readonly stream: Gunzip | Gzip) {
    stream.on('data', (bytes: Buffer) => this.#out.push(bytes));
    stream.on('end', () => this.#wake());
    stream.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  /** Bytes of all that was pushed that the stream had a use for; fewer than that once its data has ended. */
  get consumed(): number {
    return this.stream.bytesWritten;
  }

  push(bytes: Uint8Array | string): Promise<Pumped> {
    return this.#settle(() => this.stream.write(bytes, () => this.#wake()));
  }

  end(): Promise<Pumped> {
    return this.#settle(() => this.stream.end());
  }

  close(): void {
    this.stream.destroy();
  }

  async #settle(act: () => void): Promise<Pumped> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      act();
    });
    const bytes = this.#out;
    this.#out = [];
    return { bytes, error: this.#error };
  }
}
