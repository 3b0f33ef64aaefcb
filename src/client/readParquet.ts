import { type FileMetaData, type ParquetRow, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import type { Problem } from '../core/errors';
import { grouped, t } from '../core/l10n';
import { MAX_RECORD_LENGTH } from '../core/records/lineCutter';
import type { CorpusRecord } from '../core/records/record';
import { identityMap } from '../core/records/sourceMap';
import { noTextColumn, twoTextColumns } from '../core/records/textColumn';
import { CHUNK_RECORDS, type CorpusChunk, type ReadOptions } from './corpusChunk';
import { isSystemError } from './fileErrors';
import { PARQUET_CODECS } from './parquetCodecs';
import { MAX_PARQUET_PIECE, ParquetFile } from './parquetFile';
import { decodeUtf8 } from './utf8';

/** Unpacked bytes of a column, and rows, that are read at a time. */
const SLICE_BYTES = 1 << 24;
const SLICE_ROWS = 1 << 16;

/**
 * Reads the text column of a Parquet file, and its column "id" where there is one. A column of a row group is held packed, and unpacked
 * in slices. A record's `line` is the number of its row, and its place "in the file" is that in its own text. Throws the system's errors.
 */
export async function* readParquet(
  path: string,
  textField: string,
  { signal, from }: ReadOptions,
): AsyncGenerator<CorpusChunk> {
  const file = await ParquetFile.open(path);
  try {
    const opened = await openTable(file, textField);
    if ('fault' in opened) {
      yield {
        records: [],
        problems: [{ line: 1, column: 1, message: opened.fault }],
        bytes: file.byteLength,
        next: null,
      };
      return;
    }
    const rows = new ParquetRows(from?.index ?? 0, from?.line ?? 0);
    for (const group of rowGroups(opened.metadata, textField)) {
      if (group.end <= rows.row) {
        continue;
      }
      file.forget();
      if (group.packedBytes > MAX_PARQUET_PIECE) {
        rows.lose(
          group.end,
          t(
            'its {0} bytes of "{1}" are more than the {2} that are read at once; write the file with smaller row groups',
            grouped(group.packedBytes),
            textField,
            grouped(MAX_PARQUET_PIECE),
          ),
        );
      }
      while (rows.row < group.end) {
        signal?.throwIfAborted();
        const end = Math.min(group.end, rows.row + group.sliceRows);
        const slice = await readSlice(file, opened.metadata, opened.columns, rows.row, end);
        if ('fault' in slice) {
          rows.lose(group.end, slice.fault);
          break;
        }
        for (const row of slice.rows) {
          rows.push(row[textField], row.id);
          if (rows.pending >= CHUNK_RECORDS) {
            yield rows.take(file.byteLength, opened.rowCount);
          }
        }
      }
    }
    yield { ...rows.take(file.byteLength, opened.rowCount), next: null };
  } finally {
    await file.close();
  }
}

interface OpenedTable {
  readonly metadata: FileMetaData;
  readonly columns: string[];
  readonly rowCount: number;
}

interface Fault {
  readonly fault: string;
}

async function openTable(file: ParquetFile, textField: string): Promise<OpenedTable | Fault> {
  try {
    const metadata = await parquetMetadataAsync(file);
    const { children } = parquetSchema(metadata);
    const named = children.filter(({ element }) => element.name === textField);
    const [text] = named;
    if (text === undefined) {
      const names = children.map(({ element }) => element.name);
      return { fault: noTextColumn(textField, names) };
    }
    if (named.length > 1) {
      return { fault: twoTextColumns(textField) };
    }
    const { type, repetition_type } = text.element;
    if (text.children.length > 0 || repetition_type === 'REPEATED' || type !== 'BYTE_ARRAY') {
      return {
        fault:
          type === undefined || repetition_type === 'REPEATED'
            ? t(
                'the column "{0}" is a list or structure, not text; write the texts into a column of their own',
                textField,
              )
            : t(
                'the column "{0}" is of type {1}, not text; write the texts into a column of their own',
                textField,
                type,
              ),
      };
    }
    const hasId = children.some(({ element, children: parts }) => element.name === 'id' && parts.length === 0);
    return {
      metadata,
      columns: hasId && textField !== 'id' ? [textField, 'id'] : [textField],
      rowCount: Math.max(1, Number(metadata.num_rows)),
    };
  } catch (error) {
    return { fault: t('not a Parquet file, or damaged ({0}); write the file again', reasonOf(error)) };
  }
}

interface RowGroup {
  /** Row behind its last. */
  readonly end: number;
  /** Of the text column. */
  readonly packedBytes: number;
  /** Rows that are read at a time. */
  readonly sliceRows: number;
}

function* rowGroups(metadata: FileMetaData, textField: string): Generator<RowGroup> {
  let end = 0;
  for (const { num_rows, columns } of metadata.row_groups) {
    const rows = Number(num_rows);
    end += rows;
    const text = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === textField)?.meta_data;
    const bytesPerRow = Number(text?.total_uncompressed_size ?? 0) / Math.max(1, rows);
    yield {
      end,
      packedBytes: Number(text?.total_compressed_size ?? 0),
      sliceRows: Math.max(1, Math.min(SLICE_ROWS, Math.floor(SLICE_BYTES / Math.max(1, bytesPerRow)))),
    };
  }
}

async function readSlice(
  file: ParquetFile,
  metadata: FileMetaData,
  columns: string[],
  rowStart: number,
  rowEnd: number,
): Promise<{ readonly rows: ParquetRow[] } | Fault> {
  try {
    const rows = await parquetReadObjects({
      file,
      metadata,
      columns,
      rowStart,
      rowEnd,
      compressors: PARQUET_CODECS,
      parsers: { stringFromBytes: decodeUtf8, jsonFromBytes: decodeUtf8 },
    });
    const isWhole =
      rows.length === rowEnd - rowStart && rows.every((row) => columns.every((name) => row[name] !== undefined));
    return isWhole ? { rows } : { fault: t('it ends too early; write the file again') };
  } catch (error) {
    return {
      fault: t('it is damaged, or packed in a way that is not read ({0}); write the file again', reasonOf(error)),
    };
  }
}

/** What a file makes its reader throw is the file's fault, unless it is the system's. */
function reasonOf(error: unknown): string {
  if (isSystemError(error) && error.syscall !== undefined) {
    throw error;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Makes records of rows. */
class ParquetRows {
  #records: CorpusRecord[] = [];
  #problems: Problem[] = [];

  constructor(
    private index: number,
    /** Rows taken so far. */
    public row: number,
  ) {}

  /** Records and problems that wait to be taken. */
  get pending(): number {
    return this.#records.length + this.#problems.length;
  }

  push(text: unknown, id: unknown): void {
    const line = ++this.row;
    if (typeof text !== 'string') {
      this.#problem(
        line,
        text === null
          ? t('there is no text in this row; fill it or leave it out')
          : t('not valid UTF-8; write it as UTF-8'),
      );
    } else if (text.length > MAX_RECORD_LENGTH) {
      const message = t('the text of this row is longer than {0} characters; split it', grouped(MAX_RECORD_LENGTH));
      this.#problem(line, message);
    } else {
      const index = this.index++;
      this.#records.push({
        index,
        id: ownId(id) ?? String(index),
        hasOwnId: ownId(id) !== null,
        line,
        lines: 1,
        text,
        textStart: { line, column: 1 },
        hasFileLines: false,
        source: identityMap(0, text.length),
        range: [0, text.length],
      });
    }
  }

  /** Passes over the rest of a row group. */
  lose(end: number, reason: string): void {
    this.#problem(this.row + 1, t('from here to row {0} the row group cannot be read: {1}', end, reason));
    this.row = end;
  }

  /** Hands over what waits. Bytes are in proportion to rows, since a file's columns lie side by side. */
  take(fileBytes: number, rowCount: number): CorpusChunk {
    const chunk = {
      records: this.#records,
      problems: this.#problems,
      bytes: Math.round(fileBytes * Math.min(1, this.row / rowCount)),
      next: { index: this.index, line: this.row, offset: 0, byte: 0, header: null },
    };
    this.#records = [];
    this.#problems = [];
    return chunk;
  }

  #problem(line: number, message: string): void {
    this.#problems.push({ line, column: 1, message });
  }
}

function ownId(id: unknown): string | null {
  if (typeof id === 'string') {
    return id;
  }
  return typeof id === 'number' || typeof id === 'bigint' ? String(id) : null;
}
