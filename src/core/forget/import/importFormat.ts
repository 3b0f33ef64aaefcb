import type { Problem } from '../../errors';

/** Where an imported entry has its subjects from. */
export type SubjectSource =
  /** The file says what the fact is about. */
  | 'given'
  /** Names that stand in the question. */
  | 'names'
  /** The question itself, which holds no name. */
  | 'question'
  /** The last words of the text before the answer. */
  | 'prompt'
  /** None: the entry counts everywhere. */
  | 'none';

export interface ImportedEntry {
  /** The entry as a line of a forget set, keys in the order of the documentation. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly subjects: SubjectSource;
  /** 1-based line of the imported file. */
  readonly line: number;
}

/** What one file holds. With problems the entries are not to be used: some would be missing. */
export interface ImportedFile {
  readonly entries: readonly ImportedEntry[];
  readonly problems: readonly Problem[];
}

export interface ImportOptions {
  /** Columns to read as which keys of a fact, by key; CSV only. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** A kind of file that forget sets are made of. */
export interface ImportFormat {
  readonly id: string;
  /** For people, with the files that are meant. */
  readonly title: string;
  read(text: string, options: ImportOptions): ImportedFile;
}
