import { grouped, t } from '../l10n';
import { lengthWithoutEnd, type SourceLine } from './lineCutter';
import { identityMap, type SourceMap } from './sourceMap';

/** One cell of a row. */
export interface Cell {
  /** Without quotation marks. */
  readonly text: string;
  readonly source: SourceMap;
  /** Where `text` begins in the file; both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** Where a row is no CSV; both count from 1. */
export interface RowFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * A row of a table as its lines come in (RFC 4180): a cell that begins with a quotation mark ends with the next one that is not
 * doubled, and may hold separators and line ends. Elsewhere a quotation mark is an ordinary character, as spreadsheets have it.
 */
export class TableRow {
  readonly cells: Cell[] = [];
  readonly line: number;
  readonly start: number;
  #lines = 0;
  #end = 0;
  #length = 0;
  #fault: RowFault | null = null;
  /** The quoted cell that the next line goes on with. */
  #open: OpenCell | null = null;

  constructor(
    first: Omit<SourceLine, 'text'>,
    private readonly delimiter: string,
    private readonly maxLength: number,
  ) {
    this.line = first.line;
    this.start = first.start;
  }

  /** Lines taken so far. */
  get lines(): number {
    return this.#lines;
  }

  /** File offset behind the row, without its line end. */
  get end(): number {
    return this.#end;
  }

  /** Why it is no row. */
  get fault(): RowFault | null {
    return this.#fault;
  }

  /** Takes the row's next line; returns whether the row ends with it. */
  push(line: SourceLine): boolean {
    this.#lines++;
    this.#length += line.text.length;
    if (this.#length > this.maxLength) {
      const message = t(
        'the row that starts here is longer than {0} characters; look for a quotation mark that is never closed',
        grouped(this.maxLength),
      );
      this.#fault ??= { line: this.line, column: 1, message };
    }
    const length = lengthWithoutEnd(line.text);
    this.#end = line.start + length;
    return this.#readCells(line, length);
  }

  /** Says that no more lines come. */
  finish(): void {
    if (this.#open !== null) {
      const { line, column } = this.#open;
      const message = t(
        'the quotation mark here is never closed; nothing behind it was read; close it, or put the cell in quotation marks and double those within',
      );
      this.#fault ??= { line, column: column - 1, message };
    }
  }

  #readCells({ text, line, start }: SourceLine, length: number): boolean {
    let at = 0;
    for (;;) {
      if (this.#open === null) {
        if (text[at] !== '"') {
          const found = text.indexOf(this.delimiter, at);
          const to = found < 0 ? length : found;
          this.cells.push({
            text: text.slice(at, to),
            source: identityMap(start + at, to - at),
            line,
            column: at + 1,
          });
          if (to === length) {
            return true;
          }
          at = to + 1;
          continue;
        }
        at++;
        this.#open = new OpenCell(line, at + 1, start + at);
      }
      const behind = this.#readQuoted(this.#open, text, at, start);
      if (behind === null) {
        return false;
      }
      this.#open = null;
      if (behind >= length) {
        return true;
      }
      if (text[behind] !== this.delimiter) {
        const message = t(
          'text stands behind a closing quotation mark; double the quotation marks that are part of a quoted cell',
        );
        this.#fault ??= { line, column: behind + 1, message };
        return true;
      }
      at = behind + 1;
    }
  }

  /** Reads on in a quoted cell; returns the place behind its closing quotation mark, null where the line has none. */
  #readQuoted(cell: OpenCell, text: string, from: number, start: number): number | null {
    let at = from;
    for (;;) {
      const mark = text.indexOf('"', at);
      if (mark < 0) {
        this.#append(cell, text.slice(at));
        return null;
      }
      if (text[mark + 1] !== '"') {
        this.#append(cell, text.slice(at, mark));
        this.cells.push(cell.close(start + mark));
        return mark + 1;
      }
      this.#append(cell, text.slice(at, mark + 1));
      at = mark + 2;
      cell.goOnAt(start + at);
    }
  }

  #append(cell: OpenCell, text: string): void {
    // What is lost need not be held.
    if (this.#fault === null) {
      cell.append(text);
    }
  }
}

/** A quoted cell under way. A doubled quotation mark is the last unit of its segment of the source map. */
class OpenCell {
  #parts: string[] = [];
  #length = 0;
  readonly #textStarts = [0];
  readonly #sourceStarts: number[];

  constructor(
    readonly line: number,
    readonly column: number,
    sourceStart: number,
  ) {
    this.#sourceStarts = [sourceStart];
  }

  append(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }

  goOnAt(sourceOffset: number): void {
    this.#textStarts.push(this.#length);
    this.#sourceStarts.push(sourceOffset);
  }

  close(sourceEnd: number): Cell {
    if (this.#sourceStarts.length > 1 && this.#textStarts.at(-1) === this.#length) {
      // A doubled quotation mark at the end needs no segment behind it.
      this.#textStarts.pop();
      this.#sourceStarts.pop();
    }
    const source = {
      textStarts: this.#textStarts,
      sourceStarts: this.#sourceStarts,
      sourceEnd,
      textLength: this.#length,
    };
    return { text: this.#parts.join(''), source, line: this.line, column: this.column };
  }
}
