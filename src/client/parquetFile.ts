import { type FileHandle, open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { t } from '../core/l10n';

/** What is held at once of a file: a column of a row group, or the description at its end. */
export const MAX_PARQUET_PIECE = 1 << 29;

/** An open Parquet file that remembers the pieces it was last asked for, since a column of a row group is read several times. */
export class ParquetFile implements AsyncBuffer {
  #pieces = new Map<string, Promise<ArrayBuffer>>();

  private constructor(
    private readonly handle: FileHandle,
    readonly byteLength: number,
  ) {}

  /** Throws the system's errors. */
  static async open(path: string): Promise<ParquetFile> {
    const handle = await open(path);
    try {
      return new ParquetFile(handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const key = `${start}-${end}`;
    const piece = this.#pieces.get(key) ?? this.#read(start, Math.min(end, this.byteLength));
    this.#pieces.set(key, piece);
    return piece;
  }

  /** Lets go of the pieces. */
  forget(): void {
    this.#pieces.clear();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async #read(start: number, end: number): Promise<ArrayBuffer> {
    const length = end - start;
    if (!(start >= 0 && length >= 0 && length <= MAX_PARQUET_PIECE)) {
      throw new Error(t('bytes {0} to {1} cannot be read at once', start, end));
    }
    const bytes = Buffer.from(new ArrayBuffer(length));
    for (let at = 0; at < length; ) {
      const { bytesRead } = await this.handle.read(bytes, at, length - at, start + at);
      if (bytesRead === 0) {
        throw new Error(t('the file has become shorter'));
      }
      at += bytesRead;
    }
    return bytes.buffer;
  }
}
