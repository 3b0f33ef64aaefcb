import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { describeSystemError, isSystemError } from './fileErrors';
import { sharedFile } from './fileIdentity';

/** Where results go. */
export interface Output {
  /** Resolves when the data has been taken over, so that a slow reader slows the work down. */
  write(data: string | Uint8Array): Promise<void>;
  /** Makes what was written stand. */
  commit(): Promise<void>;
  /** Leaves nothing behind where that can be had. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Opens a file for results. They are written beside it and moved into place by `commit`, so that nobody ever sees half a
 * result. A path that is no regular file (a pipe, a device) is written to directly.
 * @param shown what messages call the file
 * @param sources files that are read meanwhile, which must not be written over
 */
export async function openFileOutput(path: string, shown: string, sources: readonly string[] = []): Promise<Output> {
  try {
    const target = await realpath(path).catch(() => path);
    const existing = await stat(target).catch(() => null);
    // What is not there yet can be no file that is read, whatever its name: most results are new, and sources may be many.
    const others = existing === null ? [] : sources.map((each) => ({ path: each }));
    if (sources.includes(path) || (await sharedFile([{ path }], others)) !== undefined) {
      throw new SeepError('usage', t('{0}: it is read itself; choose another file', shown), path);
    }
    if (existing?.isDirectory()) {
      throw new SeepError('usage', t('{0}: this is a folder; name a file', shown), path);
    }
    if (existing !== null && !existing.isFile()) {
      return new DirectOutput(await open(target, 'w'), shown);
    }
    const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
    return new AtomicOutput(await open(temporary, 'wx', existing?.mode ?? 0o666), temporary, target, shown);
  } catch (error) {
    throw outputError(error, shown);
  }
}

class DirectOutput implements Output {
  constructor(
    protected readonly handle: FileHandle,
    protected readonly shown: string,
  ) {}

  async write(data: string | Uint8Array): Promise<void> {
    try {
      // Goes on from where the file is, and until all is written.
      await this.handle.writeFile(data);
    } catch (error) {
      throw outputError(error, this.shown);
    }
  }

  async commit(): Promise<void> {
    await this.handle.close();
  }

  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }
}

class AtomicOutput extends DirectOutput {
  #open = true;

  constructor(
    handle: FileHandle,
    private readonly temporary: string,
    private readonly target: string,
    shown: string,
  ) {
    super(handle, shown);
  }

  override async commit(): Promise<void> {
    try {
      await this.handle.sync();
      await this.handle.close();
      await rename(this.temporary, this.target);
      this.#open = false;
    } catch (error) {
      throw outputError(error, this.shown);
    }
  }

  override async discard(): Promise<void> {
    if (this.#open) {
      this.#open = false;
      await super.discard();
      await rm(this.temporary, { force: true });
    }
  }
}

/** Why something cannot be written, for people; other errors come back unchanged. */
export function outputError(error: unknown, shown: string): unknown {
  if (!isSystemError(error)) {
    return error;
  }
  const reason =
    error.code === 'ENOENT' || error.code === 'ENOTDIR' ? t('its folder does not exist') : describeSystemError(error);
  return new SeepError('usage', `${shown}: ${reason}`);
}
