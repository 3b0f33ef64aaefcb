import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSystemError, isSystemError } from '../client/fileErrors';
import type { Output } from '../client/fileOutput';
import { SeepError } from '../core/errors';
import { visibleJson } from '../core/report/visibleText';

/** UTF-16 units that wait in memory; what is more goes to disk. */
const MOST_UNITS = 1 << 20;
/** Bytes that are read back at once. */
const CHUNK_BYTES = 1 << 18;

/**
 * A further key of a JSON object, a list, which is known before what the object begins with: it waits here until it can be written.
 * The file that a long one waits in has no name, so that nobody else can open it, and it is gone when the process is, however that ends.
 */
export class JsonList {
  #waiting = '';
  #isEmpty = true;
  #file: FileHandle | null = null;

  constructor(private readonly name: string) {}

  /** @throws SeepError where there is no room */
  async add(lines: readonly object[]): Promise<void> {
    for (const line of lines) {
      this.#waiting += `${this.#isEmpty ? '' : ','}\n${visibleJson(line)}`;
      this.#isEmpty = false;
      if (this.#waiting.length > MOST_UNITS) {
        await this.#spill();
      }
    }
  }

  /** Lets go of the list as well. */
  async writeTo(output: Output): Promise<void> {
    await output.write(`,"${this.name}":[`);
    if (this.#file !== null) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let at = 0; ; ) {
        const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, at);
        if (bytesRead === 0) {
          break;
        }
        await output.write(chunk.subarray(0, bytesRead));
        at += bytesRead;
      }
    }
    await output.write(`${this.#waiting}${this.#isEmpty ? '' : '\n'}]`);
    await this.close();
  }

  /** Lets go of what was not written. */
  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #spill(): Promise<void> {
    const folder = tmpdir();
    try {
      this.#file ??= await openNameless(folder);
      await this.#file.appendFile(this.#waiting);
    } catch (error) {
      if (!isSystemError(error)) {
        throw error;
      }
      const mend = 'Make room, name another folder in TMPDIR, or take --format jsonl.';
      const message = `${folder}: what --format json finds cannot wait there (${describeSystemError(error)}). ${mend}`;
      throw new SeepError('usage', message, folder);
    }
    this.#waiting = '';
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `seep-${randomBytes(8).toString('hex')}.tmp`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path);
  return file;
}
