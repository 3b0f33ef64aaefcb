import type { SourceMap } from './sourceMap';

/** One training example of a corpus file: a JSONL line's text field, a paragraph of a text file, or a cell of a table's row. */
export interface CorpusRecord {
  /** 0-based position among the file's records. */
  readonly index: number;
  /** The record's own `id` where it has one, a JSONL object's only where it is a string or number; otherwise its index in decimal. */
  readonly id: string;
  /** Whether the id is the record's own. */
  readonly hasOwnId: boolean;
  /** 1-based line of the record's first character in the file; in Parquet the number of the row. */
  readonly line: number;
  /** Lines of the file that it takes up. */
  readonly lines: number;
  /** The decoded text that a model reads. */
  readonly text: string;
  /** Where the text begins in the file; both count from 1, columns in UTF-16 units. */
  readonly textStart: { readonly line: number; readonly column: number };
  /** Whether the line feeds of the text are line ends of the file; those of JSON are escapes. */
  readonly hasFileLines: boolean;
  /** Leads from UTF-16 offsets in `text` to UTF-16 offsets in the file. */
  readonly source: SourceMap;
  /** UTF-16 range [start, end) of the whole record in the file, without its line end. */
  readonly range: readonly [start: number, end: number];
}

/** The record once others have come in front of it in its file, or gone. Offsets into the file are left as they are. */
export function movedRecord(record: CorpusRecord, records: number, lines: number): CorpusRecord {
  const { hasOwnId, id, line, textStart } = record;
  const index = record.index + records;
  return {
    ...record,
    index,
    id: hasOwnId ? id : String(index),
    line: line + lines,
    textStart: { ...textStart, line: textStart.line + lines },
  };
}
