import { type Output, outputError } from '../client/fileOutput';

/** The reader of our output went away (`| head`): no fault of anybody's, but there is no use in going on. */
export class ReaderGone extends Error {}

export class StreamOutput implements Output {
  constructor(private readonly stream: NodeJS.WritableStream) {}

  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.write(data, (error) => {
        if (error === null || error === undefined) {
          resolve();
        } else {
          const { code } = error as NodeJS.ErrnoException;
          const isGone = code === 'EPIPE' || code === 'EOF' || code === 'ERR_STREAM_DESTROYED';
          reject(isGone ? new ReaderGone() : outputError(error, 'standard output'));
        }
      });
    });
  }

  async commit(): Promise<void> {}

  async discard(): Promise<void> {}
}
