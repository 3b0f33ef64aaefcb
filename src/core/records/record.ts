import type { SourceMap } from './sourceMap';

/** One training example of a corpus file: a JSONL line's text field, or a paragraph of a text file. */
export interface CorpusRecord {
  /** 0-based position among the file's records. */
  readonly index: number;
  /** The JSONL object's own `id` where it is a string or number, otherwise the record's index in decimal. */
  readonly id: string;
  /** 1-based line of the record's first character in the file. */
  readonly line: number;
  /** The decoded text that a model reads. */
  readonly text: string;
  /** Leads from UTF-16 offsets in `text` to UTF-16 offsets in the file. */
  readonly source: SourceMap;
  /** UTF-16 range [start, end) of the whole record in the file: the JSONL line without its line end, or the paragraph. */
  readonly range: readonly [start: number, end: number];
}
