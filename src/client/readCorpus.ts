import { createReadStream } from 'node:fs';
import { type CorpusFormat, type ReadResult, RecordReader } from '../core/records/readRecords';
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

const LINE_FEED = 0x0a;

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

interface Line {
  /** The line with its end, or null where it is too long. */
  readonly line: Uint8Array | null;
  /** Byte range in the file. */
  readonly start: number;
  readonly end: number;
  /** The file's first bytes. */
  readonly first: Uint8Array;
}

/** Cuts at LF bytes, which are never part of a longer UTF-8 character. */
async function* linesOf(path: string, maxBytes: number, signal: AbortSignal | undefined): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let start = 0;
  let first = new Uint8Array();
  const take = (): Line => {
    const line = size > maxBytes ? null : parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    const result = { line, start, end: start + size, first };
    start += size;
    size = 0;
    parts = [];
    return result;
  };
  const add = (part: Uint8Array) => {
    size += part.length;
    if (size <= maxBytes) {
      parts.push(part);
    } else {
      parts = [];
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18, ...(signal ? { signal } : {}) })) {
    const bytes = chunk as Buffer;
    if (start === 0 && size === 0) {
      first = Uint8Array.from(bytes.subarray(0, 4));
    }
    let from = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, from)) {
      add(bytes.subarray(from, feed + 1));
      yield take();
      from = feed + 1;
    }
    if (from < bytes.length) {
      add(bytes.subarray(from));
    }
  }
  if (size > 0) {
    yield take();
  }
}
