import { plural, t } from '../l10n';
import { delimiterOf } from '../text/delimiter';
import { type LineCutter, MAX_RECORD_LENGTH, type RecordSink, type SourceLine, type TableHeader } from './lineCutter';
import { type Cell, TableRow } from './tableRow';
import { noTextColumn, twoTextColumns } from './textColumn';

/** CSV and TSV: a row of column names, then a record a row. Blank lines between rows are nothing. */
export class TableRows implements LineCutter {
  #row: TableRow | null = null;
  /** undefined: not read yet; null: it cannot be used, and has been reported. */
  #header: TableHeader | null | undefined;

  /**
   * @param delimiter null: whatever the first row is separated by
   * @param header where the rows come without it, because it was read before
   */
  constructor(
    private readonly delimiter: string | null,
    private readonly textField: string,
    private readonly sink: RecordSink,
    header: TableHeader | null = null,
    private readonly maxLength = MAX_RECORD_LENGTH,
  ) {
    this.#header = header ?? undefined;
  }

  get header(): TableHeader | null {
    return this.#header ?? null;
  }

  get isBetweenRecords(): boolean {
    return this.#row === null && this.header !== null;
  }

  push(line: SourceLine): void {
    if (this.#header === null) {
      return;
    }
    const delimiter = this.#header?.delimiter ?? this.delimiter ?? delimiterOf(line.text);
    if (this.#row === null && line.text.trim() === '' && !line.text.includes(delimiter)) {
      return;
    }
    this.#row ??= new TableRow(line, delimiter, this.maxLength);
    if (this.#row.push(line)) {
      this.#take(this.#row, delimiter);
      this.#row = null;
    }
  }

  skip({ line }: Omit<SourceLine, 'text'>, _length: number, message: string): void {
    this.#row = null;
    if (this.#header === undefined) {
      this.#header = null;
    }
    this.sink.problem(line, 1, message);
  }

  finish(): void {
    if (this.#row !== null) {
      this.#row.finish();
      this.#take(this.#row, '');
      this.#row = null;
    }
  }

  #take(row: TableRow, delimiter: string): void {
    if (row.fault !== null) {
      const { line, column, message } = row.fault;
      this.sink.problem(line, column, message);
      this.#header ??= null;
    } else if (this.#header === undefined) {
      this.#header = this.#readHeader(row, delimiter);
    } else if (this.#header !== null) {
      this.#addRecord(row, this.#header);
    }
  }

  #readHeader(row: TableRow, delimiter: string): TableHeader | null {
    const names = row.cells.map(({ text }) => text.trim());
    const text = names.indexOf(this.textField);
    if (text < 0) {
      this.sink.problem(row.line, 1, noTextColumn(this.textField, names));
      return null;
    }
    if (names.lastIndexOf(this.textField) !== text) {
      this.sink.problem(row.line, 1, twoTextColumns(this.textField));
      return null;
    }
    const id = names.indexOf('id');
    return { delimiter, columns: names.length, text, id: id < 0 ? null : id };
  }

  #addRecord(row: TableRow, header: TableHeader): void {
    const { cells, line, lines, start, end } = row;
    const cell: Cell | undefined = cells[header.text];
    if (cell === undefined || cells.length !== header.columns) {
      const message = plural(
        cells.length,
        'this row has {0} cell, the first row {1}; put cells that hold {2} or a line end in quotation marks',
        'this row has {0} cells, the first row {1}; put cells that hold {2} or a line end in quotation marks',
        header.columns,
        separatorWords(header.delimiter),
      );
      this.sink.problem(line, 1, message);
      return;
    }
    const id = header.id === null ? '' : (cells[header.id]?.text ?? '');
    this.sink.record(id === '' ? null : id, {
      line,
      lines,
      text: cell.text,
      textStart: { line: cell.line, column: cell.column },
      hasFileLines: true,
      source: cell.source,
      range: [start, end],
    });
  }
}

function separatorWords(delimiter: string): string {
  switch (delimiter) {
    case ',':
      return t('a comma');
    case ';':
      return t('a semicolon');
    case '\t':
      return t('a tab');
    default:
      return t('the separator');
  }
}
