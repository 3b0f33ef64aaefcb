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
    private readonly textField: string,
    private readonly state: string,
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

  /**
   * Reads `count` records from the index `first` on; fewer at the end of the file.
   * @throws SeepError when the file is not what was indexed; the system's errors
   */
  async read(first: number, count: number, signal?: AbortSignal): Promise<CorpusRecord[]> {
    const { path, format } = this.file;
    const from = this.#lastPointBefore(first);
    const found: CorpusRecord[] = [];
    await this.#refuseChanges();
    if (count > 0) {
      const options = { ...(from ? { from } : {}), ...(signal ? { signal } : {}) };
      for await (const { records } of readCorpus(path, format, this.textField, options)) {
        found.push(...records.filter(({ index }) => index >= first && index < first + count));
        if ((records.at(-1)?.index ?? -1) >= first + count - 1) {
          break;
        }
      }
    }
    await this.#refuseChanges();
    return found;
  }

  async #refuseChanges(): Promise<void> {
    const { path, file } = this.file;
    if ((await fileState(path)) !== this.state) {
      throw new SeepError('file', t('{0}: has changed since it was read; read it again', file), path);
    }
  }

  #lastPointBefore(index: number): FilePoint | undefined {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle]?.index ?? Number.POSITIVE_INFINITY) <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#points[low - 1];
  }
}
