import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { CorpusRecord } from '../core/records/record';
import type { CorpusChunk, FilePoint } from './corpusChunk';
import type { CorpusFile } from './corpusFiles';
import { fileState } from './fileState';
import { readCorpus } from './readCorpus';

/** Places that are remembered of a file, however large it is: less than a megabyte. */
const MAX_POINTS = 4096;

/**
 * Finds the records of a file again without reading all of it: it remembers where some of them begin, and reads on from there. A packed
 * file is unpacked from its start, but not cut into records again; in Parquet a part of a row group is read.
 */
export class RecordIndex {
  #points: FilePoint[] = [];
  /** One of so many places is remembered. */
  #stride = 1;
  #seen = 0;
  #records = 0;

  private constructor(
    private readonly file: CorpusFile,
    readonly textField: string,
    /** Of the file when it was indexed, see {@link fileState}. */
    readonly state: string,
    private readonly maxPoints: number,
  ) {}

  /** An index of nothing yet, to be given every chunk of a reading of the file that begins after this. Throws the system's errors. */
  static async begin(file: CorpusFile, textField: string, maxPoints = MAX_POINTS): Promise<RecordIndex> {
    return new RecordIndex(file, textField, await fileState(file.path), maxPoints);
  }

  /** Takes the file's next chunk. */
  add(chunk: CorpusChunk): void {
    this.#records += chunk.records.length;
    if (chunk.next !== null && ++this.#seen % this.#stride === 0) {
      this.#points.push(chunk.next);
    }
    if (this.#points.length > this.maxPoints) {
      this.#points = this.#points.filter((_, index) => index % 2 === 1);
      this.#stride *= 2;
    }
  }

  /** Records found so far. */
  get records(): number {
    return this.#records;
  }

  /** Places remembered. */
  get points(): number {
    return this.#points.length;
  }

  /** Whether the file is still what was indexed. Throws the system's errors. */
  async isCurrent(): Promise<boolean> {
    return (await fileState(this.file.path)) === this.state;
  }

  /**
   * Reads `count` records from the index `first` on; fewer at the end of the file.
   * @throws SeepError when the file is not what was indexed; the system's errors
   */
  read(first: number, count: number, signal?: AbortSignal): Promise<CorpusRecord[]> {
    const last = first + count - 1;
    return this.#read(
      this.#lastPointWhere((point) => point.index <= first),
      ({ index }) => (index < first ? 'before' : index > last ? 'behind' : 'wanted'),
      count,
      signal,
    );
  }

  /** Reads the record that a line of the file belongs to, 1-based; undefined: it belongs to none. Throws like {@link read}. */
  async readAtLine(wanted: number, signal?: AbortSignal): Promise<CorpusRecord | undefined> {
    const [record] = await this.#read(
      this.#lastPointWhere((point) => point.line < wanted),
      ({ line, lines }) => (line + lines <= wanted ? 'before' : line > wanted ? 'behind' : 'wanted'),
      1,
      signal,
    );
    return record;
  }

  /** Reads from a point on until `count` records are found, or one that lies behind all that are wanted. */
  async #read(
    from: FilePoint | undefined,
    placeOf: (record: CorpusRecord) => 'before' | 'wanted' | 'behind',
    count: number,
    signal: AbortSignal | undefined,
  ): Promise<CorpusRecord[]> {
    const { path, format } = this.file;
    const found: CorpusRecord[] = [];
    await this.#refuseChanges();
    if (count > 0) {
      const options = { ...(from ? { from } : {}), ...(signal ? { signal } : {}) };
      for await (const { records } of readCorpus(path, format, this.textField, options)) {
        found.push(...records.filter((record) => placeOf(record) === 'wanted'));
        const last = records.at(-1);
        if (found.length >= count || (last !== undefined && placeOf(last) === 'behind')) {
          break;
        }
      }
    }
    await this.#refuseChanges();
    return found;
  }

  async #refuseChanges(): Promise<void> {
    const { path, file } = this.file;
    if (!(await this.isCurrent())) {
      throw new SeepError('file', t('{0}: has changed since it was read; read it again', file), path);
    }
  }

  /** @param isBefore true of the points up to some place, and of none behind it */
  #lastPointWhere(isBefore: (point: FilePoint) => boolean): FilePoint | undefined {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const point = this.#points[middle];
      if (point !== undefined && isBefore(point)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#points[low - 1];
  }
}
