import type { Problem } from '../errors';
import type { LineFormat } from './corpusFormat';
import { JsonLines } from './jsonLines';
import type { LineCutter, RecordSink, TableHeader } from './lineCutter';
import { Paragraphs } from './paragraphs';
import type { CorpusRecord } from './record';
import { TableRows } from './tableRows';

export interface ReadResult {
  readonly records: CorpusRecord[];
  /** Places that gave no record; everything around them was still read. */
  readonly problems: Problem[];
}

/** A place between two records, from which a reader can go on without what comes before. */
export interface ReadingPoint {
  /** Records before it. */
  readonly index: number;
  /** Lines before it; rows, in Parquet. */
  readonly line: number;
  /** UTF-16 units before it. */
  readonly offset: number;
  /** Of a table. */
  readonly header: TableHeader | null;
}

/**
 * Reads all records of a file's text. `textField` is the path of a JSONL record's text, see `findField`, or the column of a table.
 * Linear in time.
 */
export function readRecords(text: string, format: LineFormat, textField: string): ReadResult {
  const reader = new RecordReader(format, textField);
  for (let start = 0; start < text.length; ) {
    const lineFeed = text.indexOf('\n', start);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    reader.push(text.slice(start, end));
    start = end;
  }
  reader.finish();
  return reader.take();
}

/**
 * Cuts a file into records as its lines come in. Lines end with LF or CR LF; nothing else breaks a line (U+2028 does not).
 * A byte-order mark at the start is skipped but counts in offsets.
 */
export class RecordReader {
  #records: CorpusRecord[] = [];
  #problems: Problem[] = [];
  #index: number;
  #line: number;
  /** File offset of the next line, in UTF-16 units. */
  #offset: number;
  readonly #cutter: LineCutter;

  /** @param from where the lines go on, if they do not begin with the file's first */
  constructor(format: LineFormat, textField: string, from: ReadingPoint | null = null) {
    this.#index = from?.index ?? 0;
    this.#line = from?.line ?? 0;
    this.#offset = from?.offset ?? 0;
    this.#cutter = cutterFor(format, textField, from?.header ?? null, {
      record: (id, record) => {
        const index = this.#index++;
        this.#records.push({ index, id: id ?? String(index), hasOwnId: id !== null, ...record });
      },
      problem: (line, column, message) => this.#problems.push({ line, column, message }),
    });
  }

  /** Takes the next line, with its line end unless it is the last. */
  push(lineWithEnd: string): void {
    const mark = this.#offset === 0 && lineWithEnd.startsWith('\ufeff') ? 1 : 0;
    const start = this.#offset + mark;
    this.#line++;
    this.#offset += lineWithEnd.length;
    this.#cutter.push({ text: mark > 0 ? lineWithEnd.slice(mark) : lineWithEnd, line: this.#line, start });
  }

  /** Counts a line that cannot be handed over; `length` is its size in UTF-16 units as far as known. The record that it is part of is lost. */
  skip(message: string, length: number): void {
    const start = this.#offset;
    this.#line++;
    this.#offset += length;
    this.#cutter.skip({ line: this.#line, start }, length, message);
  }

  /** Says that no more lines come. */
  finish(): void {
    this.#cutter.finish();
  }

  /** Where reading can go on behind the lines taken so far; null within a record, and where there is nothing to read. */
  get point(): ReadingPoint | null {
    const { isBetweenRecords, header } = this.#cutter;
    return isBetweenRecords ? { index: this.#index, line: this.#line, offset: this.#offset, header } : null;
  }

  /** Records and problems that {@link take} would hand over. */
  get waiting(): number {
    return this.#records.length + this.#problems.length;
  }

  /** Hands over what has been read since the last call. */
  take(): ReadResult {
    const result = { records: this.#records, problems: this.#problems };
    this.#records = [];
    this.#problems = [];
    return result;
  }
}

function cutterFor(format: LineFormat, textField: string, header: TableHeader | null, sink: RecordSink): LineCutter {
  switch (format) {
    case 'jsonl':
      return new JsonLines(textField, sink);
    case 'text':
      return new Paragraphs(sink);
    case 'csv':
      return new TableRows(null, textField, sink, header);
    case 'tsv':
      return new TableRows('\t', textField, sink, header);
  }
}
