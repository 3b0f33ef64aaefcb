import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../../core/l10n';
import { describeSystemError, isSystemError } from '../fileErrors';
import { CacheSpace } from './cacheSpace';

/** What all segments together may take. */
export const CACHE_BYTES = 512 * 2 ** 20;
/** A segment is not added to beyond this, so that there is always something to delete. */
const SEGMENT_BYTES = 32 * 2 ** 20;

/** Our own files and no others: a folder that holds something else besides loses nothing of it. */
const FILE_NAME = /^(?<space>[0-9a-f]{32})-[0-9a-f]{16}\.(?<kind>scores|tmp)$/;

export interface SegmentFile {
  readonly name: string;
  readonly space: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly usedAt: number;
}

export interface CacheLimits {
  readonly totalBytes: number;
  readonly segmentBytes: number;
}

/**
 * Keeps values by key in a folder, in spaces that are used as a whole. Any number of processes share it without a lock: each adds to
 * files of its own. A cache costs nobody their work: what cannot be read counts as unknown, what cannot be written is said once.
 */
export class DiskCache {
  #said = false;
  #tidied = false;

  /** @param notice takes what is to be said when nothing can be kept */
  constructor(
    readonly folder: string,
    private readonly notice: (message: string) => void,
    readonly limits: CacheLimits = { totalBytes: CACHE_BYTES, segmentBytes: SEGMENT_BYTES },
  ) {}

  /** @param name 32 hexadecimal digits */
  async open(name: string): Promise<CacheSpace> {
    const space = new CacheSpace(this, name);
    await space.refresh();
    if (!this.#tidied) {
      // Behind the first look, which marks this space's segments as used.
      this.#tidied = true;
      await this.tidy();
    }
    return space;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Name of a file that is not there yet. */
  newName(space: string, kind: 'scores' | 'tmp'): string {
    return `${space}-${randomBytes(8).toString('hex')}.${kind}`;
  }

  /** For nobody but their owner: scores name what was to be forgotten. */
  async create(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  /** The segments, of one space or of all; empty where there is no cache. With `unfinished` also what a merge left behind. */
  async list({ space, unfinished = false }: { space?: string; unfinished?: boolean } = {}): Promise<SegmentFile[]> {
    const names = await readdir(this.folder).catch(() => []);
    const files: SegmentFile[] = [];
    for (const name of names) {
      const groups = FILE_NAME.exec(name)?.groups;
      if (groups === undefined || (groups.kind === 'tmp' && !unfinished)) {
        continue;
      }
      if (space === undefined || groups.space === space) {
        const state = await stat(this.path(name)).catch(() => null);
        if (state?.isFile()) {
          const { size, mtimeMs, atimeMs } = state;
          files.push({ name, space: groups.space ?? '', bytes: size, writtenAt: mtimeMs, usedAt: atimeMs });
        }
      }
    }
    return files;
  }

  /** Says by the file's time of access that it is in use: file systems themselves do not keep count reliably. */
  async markUsed({ name, writtenAt }: SegmentFile): Promise<void> {
    await utimes(this.path(name), new Date(), new Date(writtenAt)).catch(() => {});
  }

  /** Deletes what was used longest ago until the rest is within the limit. */
  async tidy(): Promise<void> {
    const files = (await this.list({ unfinished: true })).sort((a, b) => a.usedAt - b.usedAt);
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files) {
      if (bytes <= this.limits.totalBytes) {
        break;
      }
      await this.remove(file);
      bytes -= file.bytes;
    }
  }

  async size(): Promise<number> {
    return (await this.list({ unfinished: true })).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Deletes everything. @throws what the system says */
  async clear(): Promise<void> {
    for (const { name } of await this.list({ unfinished: true })) {
      await rm(this.path(name), { force: true });
    }
  }

  async remove({ name }: { readonly name: string }): Promise<void> {
    await rm(this.path(name), { force: true }).catch(() => {});
  }

  /** Something could not be kept. */
  report(error: unknown): void {
    if (!this.#said) {
      this.#said = true;
      const why = isSystemError(error) ? describeSystemError(error) : String(error);
      this.notice(
        t(
          '{0}: scores cannot be kept there ({1}), so these records will be scored again next time. Make room, or name another folder in SEEP_CACHE_DIR.',
          this.folder,
          why,
        ),
      );
    }
  }
}
