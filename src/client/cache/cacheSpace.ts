import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import type { DiskCache, SegmentFile } from './diskCache';
import { PlaceIndex } from './placeIndex';
import { decodeEntry, encodeEntry, encodeSegment, findEntries, type Key, type Place } from './segment';

/** Entries that are found again in one space, the newest: what keeps the index in memory bounded. */
const MAX_ENTRIES = 1 << 20;
/** What waits to be written is written at the latest when it has become so much or so old. */
const PENDING_BYTES = 1 << 18;
const PENDING_MILLISECONDS = 1000;
/** Entries that lie no farther apart are read at once, in pieces of at most the second size. */
const GAP_BYTES = 1 << 14;
const READ_BYTES = 1 << 22;
/** So many small segments become one. Those that somebody may still add to are left alone. */
const MERGE_COUNT = 8;
const MERGE_BYTES = 1 << 22;
const MERGE_AGE_MILLISECONDS = 60_000;
/** Other processes' new entries are looked for no more often. */
const REFRESH_MILLISECONDS = 2000;

interface Segment {
  readonly name: string;
  /** Everything before is known. */
  end: number;
  places: PlaceIndex;
}

interface OwnSegment extends Segment {
  readonly handle: FileHandle;
}

/** The values of one space: an index in memory over segments on disk. */
export class CacheSpace {
  /** By file name, oldest first. */
  #segments = new Map<string, Segment>();
  #own: OwnSegment | null = null;
  readonly #pending = new Map<Key, Buffer>();
  #pendingBytes = 0;
  #pendingSince = 0;
  #writing: Promise<void> = Promise.resolve();
  #cannotWrite = false;
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly cache: DiskCache,
    private readonly name: string,
  ) {}

  /** Takes up what other processes have written or deleted meanwhile. */
  async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.#refreshedAt < REFRESH_MILLISECONDS) {
      return;
    }
    const first = this.#refreshedAt === Number.NEGATIVE_INFINITY;
    this.#refreshedAt = now;
    let files = await this.cache.list({ space: this.name });
    if (first && (await this.#merge(files))) {
      files = await this.cache.list({ space: this.name });
    }
    files.sort((a, b) => b.writtenAt - a.writtenAt);
    const segments: Segment[] = [];
    let entries = 0;
    for (const file of files) {
      const segment = this.#segments.get(file.name) ?? { name: file.name, end: 0, places: new PlaceIndex() };
      if (segment !== this.#own && entries >= MAX_ENTRIES) {
        segment.end = 0;
        segment.places = new PlaceIndex();
      } else if (segment !== this.#own && segment.end < file.bytes) {
        await this.#readIndex(segment);
      }
      if (first) {
        await this.cache.markUsed(file);
      }
      entries += segment.places.size;
      segments.push(segment);
    }
    this.#segments = new Map(segments.reverse().map((segment) => [segment.name, segment]));
    if (this.#own !== null) {
      this.#segments.set(this.#own.name, this.#own);
    }
  }

  /** The values that are known and whole. */
  async read(keys: Iterable<Key>): Promise<Map<Key, Buffer>> {
    const values = new Map<Key, Buffer>();
    const wanted = new Map<Segment, (readonly [Key, Place])[]>();
    const segments = [...this.#segments.values()].reverse();
    for (const key of keys) {
      const pending = this.#pending.get(key);
      const value = pending === undefined ? null : decodeEntry(pending, key);
      if (value !== null) {
        values.set(key, value);
        continue;
      }
      for (const segment of segments) {
        const place = segment.places.get(key);
        if (place !== undefined) {
          const places = wanted.get(segment) ?? [];
          places.push([key, place]);
          wanted.set(segment, places);
          break;
        }
      }
    }
    for (const [{ name }, places] of wanted) {
      try {
        await readPlaces(this.cache.path(name), places, (key, value) => values.set(key, value));
      } catch {
        // Deleted or unreadable: unknown from now on.
        this.#segments.delete(name);
      }
    }
    return values;
  }

  /** Keeps a value; it is on disk when the next `flush` has come back, or a little later. */
  put(key: Key, value: Uint8Array): void {
    if (this.#cannotWrite) {
      return;
    }
    const now = performance.now();
    if (this.#pending.size === 0) {
      this.#pendingSince = now;
    }
    const entry = encodeEntry(key, value);
    this.#pending.set(key, entry);
    this.#pendingBytes += entry.length;
    if (this.#pendingBytes >= PENDING_BYTES || now - this.#pendingSince >= PENDING_MILLISECONDS) {
      void this.flush();
    }
  }

  /** Writes what waits. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Nothing is kept from here on. */
  async close(): Promise<void> {
    await this.flush();
    this.#cannotWrite = true;
    await this.#own?.handle.close().catch(() => {});
    this.#own = null;
  }

  async #readIndex(segment: Segment): Promise<void> {
    segment.end = await this.#entriesOf(segment.name, segment.end, (key, place) => segment.places.set(key, place));
  }

  /** @returns where the last entry ends that is whole */
  async #entriesOf(name: string, from: number, take: (key: Key, place: Place) => void): Promise<number> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.cache.path(name));
      return await findEntries(handle, from, take);
    } catch {
      // Another process deletes what is too much; then it is not known any more.
      return from;
    } finally {
      await handle?.close().catch(() => {});
    }
  }

  async #write(): Promise<void> {
    if (this.#pending.size === 0 || this.#cannotWrite) {
      return;
    }
    const entries = [...this.#pending];
    this.#pendingBytes = 0;
    this.#pendingSince = performance.now();
    try {
      await this.#leaveDeleted();
      this.#own ??= await this.#create();
      const own = this.#own;
      await own.handle.appendFile(Buffer.concat(entries.map(([, entry]) => entry)));
      for (const [key, entry] of entries) {
        own.places.set(key, { offset: own.end, length: entry.length });
        own.end += entry.length;
        if (this.#pending.get(key) === entry) {
          this.#pending.delete(key);
        }
      }
    } catch (error) {
      this.#cannotWrite = true;
      this.#pending.clear();
      // Half an entry would be passed over; it only takes room, of which there may be none.
      await this.#own?.handle.truncate(this.#own.end).catch(() => {});
      this.cache.report(error);
      return;
    }
    if (this.#own.end >= this.cache.limits.segmentBytes) {
      await this.#own.handle.close().catch(() => {});
      this.#own = null;
      await this.cache.tidy();
    }
  }

  /** Somebody may have deleted the file that this space writes to; then nobody would ever find what is added to it. */
  async #leaveDeleted(): Promise<void> {
    const own = this.#own;
    if (own !== null && (await own.handle.stat()).nlink === 0) {
      this.#own = null;
      this.#segments.delete(own.name);
      await own.handle.close();
    }
  }

  async #create(): Promise<OwnSegment> {
    await this.cache.create();
    const name = this.cache.newName(this.name, 'scores');
    const handle = await open(this.cache.path(name), 'ax', 0o600);
    const start = encodeSegment([]);
    const own = { name, handle, end: 0, places: new PlaceIndex() };
    this.#segments.set(name, own);
    try {
      await handle.appendFile(start);
    } catch (error) {
      await handle.close().catch(() => {});
      await this.cache.remove(own);
      throw error;
    }
    own.end = start.length;
    return own;
  }

  /** Puts small segments together, so that their number stays small. Losing the race against another process loses nothing. */
  async #merge(files: readonly SegmentFile[]): Promise<boolean> {
    const old = Date.now() - MERGE_AGE_MILLISECONDS;
    const small = files.filter(({ bytes, writtenAt }) => bytes < MERGE_BYTES && writtenAt < old);
    if (small.length < MERGE_COUNT) {
      return false;
    }
    const temporary = this.cache.newName(this.name, 'tmp');
    try {
      const entries = new Map<Key, Buffer>();
      for (const { name } of small.sort((a, b) => a.writtenAt - b.writtenAt)) {
        const bytes = await readFile(this.cache.path(name));
        await this.#entriesOf(name, 0, (key, { offset, length }) => {
          const entry = bytes.subarray(offset, offset + length);
          if (decodeEntry(entry, key) !== null) {
            entries.set(key, entry);
          }
        });
      }
      await writeFile(this.cache.path(temporary), encodeSegment(entries.values()), { flag: 'wx', mode: 0o600 });
      await rename(this.cache.path(temporary), this.cache.path(this.cache.newName(this.name, 'scores')));
    } catch {
      await this.cache.remove({ name: temporary });
      return false;
    }
    await Promise.all(small.map((file) => this.cache.remove(file)));
    return true;
  }
}

/** Reads entries of one file, neighbours together; those that are not as they were written are passed over. */
async function readPlaces(
  path: string,
  places: readonly (readonly [Key, Place])[],
  take: (key: Key, value: Buffer) => void,
): Promise<void> {
  const sorted = [...places].sort(([, a], [, b]) => a.offset - b.offset);
  const handle = await open(path);
  try {
    for (let from = 0; from < sorted.length; ) {
      const start = sorted[from]?.[1].offset ?? 0;
      let end = start;
      let to = from;
      for (; to < sorted.length; to++) {
        const { offset, length } = sorted[to]?.[1] ?? { offset: 0, length: 0 };
        if (to > from && (offset - end > GAP_BYTES || offset + length - start > READ_BYTES)) {
          break;
        }
        end = offset + length;
      }
      const bytes = Buffer.allocUnsafe(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      for (const [key, { offset, length }] of sorted.slice(from, to)) {
        const at = offset - start;
        const value = at + length <= bytesRead ? decodeEntry(bytes.subarray(at, at + length), key) : null;
        if (value !== null) {
          take(key, value);
        }
      }
      from = to;
    }
  } finally {
    await handle.close();
  }
}
