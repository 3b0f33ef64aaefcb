import type { Output } from '../client/fileOutput';

/** The reader of our output went away (`| head`): no fault of anybody's, but there is no use in going on. */
export class ReaderGone extends Error {}

export class StreamOutput implements Output {
  constructor(private readonly stream: NodeJS.WritableStream) {
    // Failed writes reject below; without a listener the stream would also throw.
    stream.on('error', () => undefined);
  }

  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.write(data, (error) => {
        if (error === null || error === undefined) {
          resolve();
        } else {
          const { code } = error as NodeJS.ErrnoException;
          reject(code === 'EPIPE' || code === 'EOF' || code === 'ERR_STREAM_DESTROYED' ? new ReaderGone() : error);
        }
      });
    });
  }

  async commit(): Promise<void> {}

  async discard(): Promise<void> {}
}
