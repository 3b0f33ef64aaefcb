import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { LeakingRecord } from '../core/report/corpusFindings';
import type { Leak } from '../core/score/leak';
import type { RecordsView } from '../protocol/summary';
import { describeSystemError, fileError, isSystemError } from './fileErrors';

/** Records that are kept; 28 bytes of memory each. What comes behind them is counted. */
const MOST_RECORDS = 1 << 20;

/** Text that is gathered before it is written, in bytes. */
const WRITE_BYTES = 1 << 16;

/** Text that is read at a time by those who go through the whole list, in bytes: no more than takes a few milliseconds to work off. */
const READ_BYTES = 1 << 18;

/** A leak as far as it takes to decide about it. */
export type LeakSpot = Pick<Leak, 'fact' | 'position' | 'start' | 'end' | 'lift'>;

/** A record that leaks, with all of what leaks in it. */
export interface ListedRecord extends LeakingRecord {
  readonly spots: readonly LeakSpot[];
}

/** What is kept in memory of every record. */
interface Columns {
  readonly file: Uint32Array;
  readonly index: Uint32Array;
  readonly lift: Float64Array;
  readonly offset: Float64Array;
  readonly bytes: Uint32Array;
}

/**
 * Every record that leaks, in a file of its own on disk that nobody else can open and that ends with the process. Memory holds what
 * they are sorted and found by.
 */
export class LeakingRecords {
  #columns = columnsFor(1024);
  #length = 0;
  #added = 0;
  /** By path: the number of a file in its column, in the order in which they were scanned. */
  readonly #files = new Map<string, number>();
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #fault: unknown;
  #closed = false;
  /** The last list that was asked for. */
  #sorted: { readonly key: string; readonly list: Uint32Array } | undefined;

  private constructor(
    private readonly folder: string,
    private readonly handle: FileHandle,
    private readonly most: number,
  ) {}

  /** @throws SeepError where the system's folder for temporary files cannot be written to */
  static async create(most = MOST_RECORDS): Promise<LeakingRecords> {
    try {
      const folder = await mkdtemp(join(tmpdir(), 'seep-'));
      const handle = await open(join(folder, 'records'), 'wx+', 0o600);
      // What is open stays readable without its name. Some systems keep the name until it is closed.
      await removed(folder).catch(() => {});
      return new LeakingRecords(folder, handle, most);
    } catch (error) {
      throw fileError(error, 'file', tmpdir(), tmpdir());
    }
  }

  /** How many were added; more than are kept of a very large corpus. */
  get added(): number {
    return this.#added;
  }

  /** How many are kept. */
  get kept(): number {
    return this.#length;
  }

  add(found: ListedRecord): void {
    this.#added++;
    if (this.#length === this.most) {
      return;
    }
    if (this.#length === this.#columns.file.length) {
      this.#columns = grown(this.#columns);
    }
    const { record, worst } = found;
    const line = Buffer.from(JSON.stringify(found));
    const { file, index, lift, offset, bytes } = this.#columns;
    const at = this.#length++;
    file[at] = this.#numberOf(record.file);
    index[at] = record.index;
    lift[at] = worst.leak.lift;
    offset[at] = this.#bytes;
    bytes[at] = line.length;
    this.#bytes += line.length;
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    if (this.#pendingBytes >= WRITE_BYTES) {
      this.#write();
    }
  }

  /**
   * At most `count` records of the list that a view is of, and how long the list is.
   * @throws SeepError where they could not be kept
   */
  async read(
    { from, ...wanted }: RecordsView,
    count: number,
  ): Promise<{ readonly records: ListedRecord[]; readonly listed: number }> {
    const list = this.#listOf(wanted);
    const records = await Promise.all([...list.subarray(from, from + count)].map((at) => this.#readOne(at)));
    return { records, listed: list.length };
  }

  /**
   * The nearest record in a file before or behind the one with an index; behind the last comes the first. Null: none is known.
   * @throws SeepError where they could not be kept
   */
  async neighbour(file: string, index: number, direction: 1 | -1): Promise<ListedRecord | null> {
    const list = this.#listOf({ file, order: 'place' });
    const indexAt = (at: number) => this.#columns.index[at] ?? 0;
    const next =
      direction === 1
        ? (list.find((at) => indexAt(at) > index) ?? list[0])
        : (list.findLast((at) => indexAt(at) < index) ?? list.at(-1));
    return next === undefined ? null : this.#readOne(next);
  }

  /**
   * All that were added until now and whose file is wanted, in the order in which they were scored. Memory holds a few hundred of them at a time.
   * @throws SeepError where they could not be kept, or the list is closed meanwhile
   */
  async *inFiles(isWanted: (file: string) => boolean): AsyncGenerator<ListedRecord> {
    const wanted = new Set([...this.#files].filter(([file]) => isWanted(file)).map(([, number]) => number));
    const length = this.#length;
    const { file, offset, bytes } = this.#columns;
    for (let from = 0, to = 0; from < length; from = to) {
      let size = 0;
      let isNeeded = false;
      for (; to < length && (size === 0 || size < READ_BYTES); to++) {
        size += bytes[to] ?? 0;
        isNeeded ||= wanted.has(file[to] ?? -1);
      }
      if (!isNeeded) {
        continue;
      }
      const first = offset[from] ?? 0;
      const text = await this.#readBytes(first, size);
      for (let at = from; at < to; at++) {
        if (wanted.has(file[at] ?? -1)) {
          const start = (offset[at] ?? 0) - first;
          yield parsed(text.subarray(start, start + (bytes[at] ?? 0)));
        }
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.handle.close();
    await removed(this.folder);
  }

  #numberOf(file: string): number {
    const number = this.#files.get(file) ?? this.#files.size;
    this.#files.set(file, number);
    return number;
  }

  #write(): void {
    const text = Buffer.concat(this.#pending);
    const position = this.#bytes - text.length;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#writing = this.#writing.then(async () => {
      try {
        await this.handle.write(text, 0, text.length, position);
      } catch (error) {
        this.#fault ??= error;
      }
    });
  }

  async #readOne(at: number): Promise<ListedRecord> {
    return parsed(await this.#readBytes(this.#columns.offset[at] ?? 0, this.#columns.bytes[at] ?? 0));
  }

  async #readBytes(from: number, length: number): Promise<Buffer> {
    if (this.#pendingBytes > 0) {
      this.#write();
    }
    await this.#writing;
    if (this.#fault !== undefined) {
      const reason = isSystemError(this.#fault) ? describeSystemError(this.#fault) : String(this.#fault);
      throw new SeepError(
        'file',
        t('{0}: the list of records could not be written there ({1}). Make room, then scan again.', tmpdir(), reason),
      );
    }
    if (this.#closed) {
      throw new SeepError(
        'record',
        t('What that scan has found is gone, because the corpus is scanned anew. Try again.'),
      );
    }
    const { buffer } = await this.handle.read(Buffer.alloc(length), 0, length, from);
    return buffer;
  }

  /** Numbers of the records wanted, in order. */
  #listOf({ file, order }: Omit<RecordsView, 'from'>): Uint32Array {
    const key = JSON.stringify([file, order, this.#length]);
    if (this.#sorted?.key !== key) {
      const { file: files, index, lift } = this.#columns;
      const wanted = file === null ? null : (this.#files.get(file) ?? -1);
      const all = Uint32Array.from({ length: this.#length }, (_, at) => at);
      const list = wanted === null ? all : all.filter((at) => files[at] === wanted);
      const at = (column: Uint32Array | Float64Array, i: number) => column[i] ?? 0;
      const byPlace = (a: number, b: number) => at(files, a) - at(files, b) || at(index, a) - at(index, b);
      list.sort(order === 'place' ? byPlace : (a, b) => at(lift, b) - at(lift, a) || byPlace(a, b));
      this.#sorted = { key, list };
    }
    return this.#sorted.list;
  }
}

function parsed(line: Buffer): ListedRecord {
  return JSON.parse(line.toString()) as ListedRecord;
}

function removed(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

function columnsFor(length: number): Columns {
  return {
    file: new Uint32Array(length),
    index: new Uint32Array(length),
    lift: new Float64Array(length),
    offset: new Float64Array(length),
    bytes: new Uint32Array(length),
  };
}

function grown(columns: Columns): Columns {
  const larger = columnsFor(2 * columns.file.length);
  for (const name of Object.keys(columns) as (keyof Columns)[]) {
    larger[name].set(columns[name]);
  }
  return larger;
}
