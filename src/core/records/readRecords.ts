import type { Problem } from '../errors';
import { describeNode, type JsonNode, JsonSyntaxError, member, parseJson } from '../json/jsonTree';
import type { CorpusRecord } from './record';
import { identityMap, type SourceMap } from './sourceMap';
import { findField } from './textField';

/** How a corpus file is cut into records: one JSON value a line, or paragraphs between blank lines. */
export type CorpusFormat = 'jsonl' | 'text';

/** File name endings that are read, for messages. */
export const READABLE_ENDINGS = ['.jsonl', '.txt', '.md'] as const;

/** The format that a file's name stands for; null where Seep does not read such files. */
export function formatOf(path: string): CorpusFormat | null {
  const ending = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase();
  if (ending === '.jsonl') {
    return 'jsonl';
  }
  return ending === '.txt' || ending === '.md' ? 'text' : null;
}

export interface ReadResult {
  readonly records: CorpusRecord[];
  /** Places that gave no record; everything around them was still read. */
  readonly problems: Problem[];
}

/** Reads all records of a file's text. `textField` is the path of a JSONL record's text, see {@link findField}. Linear in time. */
export function readRecords(text: string, format: CorpusFormat, textField: string): ReadResult {
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

/** A paragraph longer than this (UTF-16 units) is a problem instead of a record. */
export const MAX_RECORD_LENGTH = 1 << 26;

/**
 * Cuts a file into records as its lines come in. Lines end with LF or CR LF; nothing else breaks a line (U+2028 does not).
 * A byte-order mark at the start is skipped but counts in offsets.
 */
export class RecordReader {
  #records: CorpusRecord[] = [];
  #problems: Problem[] = [];
  #index = 0;
  #line = 0;
  /** File offset of the next line, in UTF-16 units. */
  #offset = 0;
  /** The paragraph under way: its lines with their line ends, where it starts (line 0: there is none), why it is lost. */
  #paragraph: string[] = [];
  #paragraphLine = 0;
  #paragraphStart = 0;
  #paragraphLength = 0;
  #paragraphFault: Problem | null = null;

  constructor(
    private readonly format: CorpusFormat,
    private readonly textField: string,
  ) {}

  /** Takes the next line, with its line end unless it is the last. */
  push(lineWithEnd: string): void {
    const mark = this.#offset === 0 && lineWithEnd.startsWith('\ufeff') ? 1 : 0;
    const start = this.#offset + mark;
    const line = mark > 0 ? lineWithEnd.slice(mark) : lineWithEnd;
    this.#line++;
    this.#offset += lineWithEnd.length;
    const blank = line.trim() === '';
    if (this.format === 'jsonl') {
      if (!blank) {
        this.#readJson(withoutLineEnd(line), start);
      }
      return;
    }
    if (blank) {
      this.#endParagraph();
      return;
    }
    // Markdown gets no treatment of its own: front matter, headings and fenced code are paragraphs like any other,
    // because a model is trained on all of them.
    this.#continueParagraph(start, line.length);
    if (this.#paragraphLength > MAX_RECORD_LENGTH) {
      const message = `the paragraph that starts here is longer than ${MAX_RECORD_LENGTH} characters`;
      this.#paragraphFault ??= { line: this.#paragraphLine, column: 1, message };
    }
    if (this.#paragraphFault === null) {
      this.#paragraph.push(line);
    } else {
      this.#paragraph = [];
    }
  }

  /** Counts a line that cannot be handed over; `length` is its size in UTF-16 units as far as known. The record that it is part of is lost. */
  skip(message: string, length: number): void {
    const start = this.#offset;
    this.#line++;
    this.#offset += length;
    const problem = { line: this.#line, column: 1, message };
    if (this.format === 'jsonl') {
      this.#problems.push(problem);
    } else {
      this.#continueParagraph(start, length);
      this.#paragraphFault ??= problem;
      this.#paragraph = [];
    }
  }

  /** Says that no more lines come. */
  finish(): void {
    this.#endParagraph();
  }

  /** Hands over what has been read since the last call. */
  take(): ReadResult {
    const result = { records: this.#records, problems: this.#problems };
    this.#records = [];
    this.#problems = [];
    return result;
  }

  #readJson(line: string, start: number): void {
    let root: JsonNode;
    try {
      root = parseJson(line);
    } catch (error) {
      if (error instanceof JsonSyntaxError) {
        this.#problem(this.#line, error.offset + 1, `not JSON: ${error.message}`);
        return;
      }
      throw error;
    }
    const { found, ...missing } = findField(root, this.textField);
    if (found === null) {
      if ('message' in missing) {
        this.#problem(this.#line, missing.offset + 1, missing.message);
      }
      return;
    }
    if (found.kind !== 'string') {
      const message = `the field "${this.textField}" is ${describeNode(found)}, not a string`;
      this.#problem(this.#line, found.start + 1, message);
      return;
    }
    this.#add(
      ownId(root, line),
      this.#line,
      found.value,
      stringMap(line, found.start, found.end, found.value.length, start),
      start,
      start + line.length,
    );
  }

  #continueParagraph(start: number, length: number): void {
    if (this.#paragraphLine === 0) {
      this.#paragraphLine = this.#line;
      this.#paragraphStart = start;
    }
    this.#paragraphLength += length;
  }

  #endParagraph(): void {
    if (this.#paragraphFault !== null) {
      this.#problems.push(this.#paragraphFault);
    } else if (this.#paragraphLine > 0) {
      const text = withoutLineEnd(this.#paragraph.join(''));
      const start = this.#paragraphStart;
      this.#add(null, this.#paragraphLine, text, identityMap(start, text.length), start, start + text.length);
    }
    this.#paragraph = [];
    this.#paragraphFault = null;
    this.#paragraphLength = 0;
    this.#paragraphLine = 0;
  }

  #add(id: string | null, line: number, text: string, source: SourceMap, start: number, end: number): void {
    const index = this.#index++;
    this.#records.push({ index, id: id ?? String(index), line, text, source, range: [start, end] });
  }

  #problem(line: number, column: number, message: string): void {
    this.#problems.push({ line, column, message });
  }
}

function withoutLineEnd(line: string): string {
  const end = line.endsWith('\n') ? line.length - 1 : line.length;
  return line.slice(0, line[end - 1] === '\r' ? end - 1 : end);
}

/** A number keeps its spelling, so that ids beyond 2^53 stay apart. */
function ownId(root: JsonNode, line: string): string | null {
  const id = member(root, 'id');
  if (id?.kind === 'string') {
    return id.value;
  }
  return id?.kind === 'number' ? line.slice(id.start, id.end) : null;
}

/**
 * Map of the string token at [start, end) of `line`, quotes included; `lineStart` is the line's offset in the file. An escape is
 * its segment's last unit, so there is one segment more than there are escapes (none for an escape at the end).
 */
function stringMap(line: string, start: number, end: number, textLength: number, lineStart: number): SourceMap {
  const textStarts = [0];
  const sourceStarts = [lineStart + start + 1];
  const last = end - 1;
  let text = 0;
  let at = start + 1;
  for (;;) {
    const backslash = line.indexOf('\\', at);
    if (backslash < 0 || backslash >= last) {
      break;
    }
    text += backslash - at + 1;
    at = backslash + (line[backslash + 1] === 'u' ? 6 : 2);
    if (at < last) {
      textStarts.push(text);
      sourceStarts.push(lineStart + at);
    }
  }
  return { textStarts, sourceStarts, sourceEnd: lineStart + last, textLength };
}
