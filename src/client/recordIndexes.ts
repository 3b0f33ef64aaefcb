import type { CorpusFile } from './corpusFiles';
import { RecordIndex } from './recordIndex';

/** The indexes of files whose records are looked up one by one. A scan fills them on its way; without one they are empty, and finding takes longer. */
export class RecordIndexes {
  readonly #byPath = new Map<string, RecordIndex>();

  /** A new index of a file that is about to be read. Throws the system's errors. */
  async begin(file: CorpusFile, textField: string): Promise<RecordIndex> {
    const index = await RecordIndex.begin(file, textField);
    this.#byPath.set(file.path, index);
    return index;
  }

  /** An index of the file as it is now. Throws the system's errors. */
  async of(file: CorpusFile, textField: string): Promise<RecordIndex> {
    const known = this.#byPath.get(file.path);
    return known?.textField === textField && (await known.isCurrent()) ? known : this.begin(file, textField);
  }
}
