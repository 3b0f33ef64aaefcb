import type { CorpusRecord } from './record';

/** A line of a corpus file. */
export interface SourceLine {
  /** With its line end, unless it is the last; without the file's byte-order mark. */
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
  /** File offset of its first unit, in UTF-16 units. */
  readonly start: number;
}

/** Takes what a file's lines hold. */
export interface RecordSink {
  /** `id` is null where the record has none of its own. */
  record(id: string | null, record: Omit<CorpusRecord, 'index' | 'id' | 'hasOwnId'>): void;
  problem(line: number, column: number, message: string): void;
}

/** What a table's first row says of the others. */
export interface TableHeader {
  readonly delimiter: string;
  readonly columns: number;
  /** Index of the column with the text. */
  readonly text: number;
  /** Index of the column "id"; null where there is none. */
  readonly id: number | null;
}

/** Cuts the lines of one format into records. */
export interface LineCutter {
  push(line: SourceLine): void;
  /** A line that cannot be handed over; `length` is its size in UTF-16 units as far as known. The record that it is part of is lost. */
  skip(line: Omit<SourceLine, 'text'>, length: number, message: string): void;
  /** No more lines come. */
  finish(): void;
  /** Whether the next line can be cut without those before it, given `header`. */
  readonly isBetweenRecords: boolean;
  /** What the first lines say of the others. */
  readonly header: TableHeader | null;
}

/** A paragraph or row longer than this (UTF-16 units) is a problem instead of a record. */
export const MAX_RECORD_LENGTH = 1 << 26;

/** Units of a line before its LF or CR LF. */
export function lengthWithoutEnd(line: string): number {
  const end = line.endsWith('\n') ? line.length - 1 : line.length;
  return line[end - 1] === '\r' ? end - 1 : end;
}
