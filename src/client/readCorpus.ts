import { type CorpusFormat, type ReadResult, RecordReader } from '../core/records/readRecords';
import { linesOf } from './lines';
import { decodeUtf8, describeEncoding } from './utf8';

export interface CorpusChunk extends ReadResult {
  /** Bytes of the file read so far. */
  readonly bytes: number;
}

/** A line with more bytes than this is a problem instead of a record. */
export const MAX_LINE_BYTES = 1 << 26;

/** Sizes at which a chunk is handed over, whichever is reached first. */
const CHUNK_RECORDS = 256;
const CHUNK_BYTES = 1 << 20;

/**
 * Reads a corpus file piece by piece: memory grows with the longest record, not with the file. What is not UTF-8 ends the
 * reading with a problem; the records in the lines before stand. Throws the system's errors.
 */
export async function* readCorpus(
  path: string,
  format: CorpusFormat,
  textField: string,
  { maxLineBytes = MAX_LINE_BYTES, signal }: { maxLineBytes?: number; signal?: AbortSignal } = {},
): AsyncGenerator<CorpusChunk> {
  const reader = new RecordReader(format, textField);
  let pending: CorpusChunk = { records: [], problems: [], bytes: 0 };
  let lastBytes = 0;
  for await (const { line, start, end, first } of linesOf(path, maxLineBytes, signal)) {
    if (line === null) {
      reader.skip(`the line is longer than ${maxLineBytes} bytes`, end - start);
    } else {
      const text = decodeUtf8(line);
      if (typeof text !== 'string') {
        const message = `${describeEncoding(first, start + text.invalidAt)}; nothing from this line on was read`;
        reader.skip(message, 0);
        break;
      }
      reader.push(text);
    }
    const { records, problems } = reader.take();
    pending.records.push(...records);
    pending.problems.push(...problems);
    if (pending.records.length + pending.problems.length >= CHUNK_RECORDS || end - lastBytes >= CHUNK_BYTES) {
      yield { ...pending, bytes: end };
      pending = { records: [], problems: [], bytes: 0 };
      lastBytes = end;
    }
  }
  reader.finish();
  const { records, problems } = reader.take();
  yield { records: [...pending.records, ...records], problems: [...pending.problems, ...problems], bytes: lastBytes };
}
