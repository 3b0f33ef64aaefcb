import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { LeakingRecord } from '../core/report/corpusFindings';
import type { RecordsView } from '../protocol/summary';
import { describeSystemError, fileError, isSystemError } from './fileErrors';

/** Records that are kept; 28 bytes of memory each. What comes behind them is counted. */
const MOST_RECORDS = 1 << 20;

/** Text that is gathered before it is written, in bytes. */
const WRITE_BYTES = 1 << 16;

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

  add(found: LeakingRecord): void {
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
  ): Promise<{ readonly records: LeakingRecord[]; readonly listed: number }> {
    const list = this.#listOf(wanted);
    const records = await Promise.all([...list.subarray(from, from + count)].map((at) => this.#readOne(at)));
    return { records, listed: list.length };
  }

  /**
   * The nearest record in a file before or behind the one with an index; behind the last comes the first. Null: none is known.
   * @throws SeepError where they could not be kept
   */
  async neighbour(file: string, index: number, direction: 1 | -1): Promise<LeakingRecord | null> {
    const list = this.#listOf({ file, order: 'place' });
    const indexAt = (at: number) => this.#columns.index[at] ?? 0;
    const next =
      direction === 1
        ? (list.find((at) => indexAt(at) > index) ?? list[0])
        : (list.findLast((at) => indexAt(at) < index) ?? list.at(-1));
    return next === undefined ? null : this.#readOne(next);
  }

  async close(): Promise<void> {
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

  async #readOne(at: number): Promise<LeakingRecord> {
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
    const length = this.#columns.bytes[at] ?? 0;
    const { buffer } = await this.handle.read(Buffer.alloc(length), 0, length, this.#columns.offset[at] ?? 0);
    return JSON.parse(buffer.toString()) as LeakingRecord;
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
