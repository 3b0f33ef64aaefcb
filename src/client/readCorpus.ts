import { t } from '../core/l10n';
import type { CorpusFormat, LineFormat } from '../core/records/corpusFormat';
import { RecordReader } from '../core/records/readRecords';
import { CHUNK_RECORDS, type CorpusChunk, type ReadOptions } from './corpusChunk';
import { linesOf, MAX_LINE_BYTES } from './lines';
import { decodeUtf8, describeEncoding } from './utf8';

/** Bytes at which a chunk is handed over, if it has not that many records yet. */
const CHUNK_BYTES = 1 << 20;

/**
 * Reads a corpus file piece by piece: memory grows with the longest record (in Parquet, with the largest piece of a column), not with the
 * file. Files whose names end in .gz or .zst are unpacked. What is not UTF-8, and where packed data is damaged, ends the reading with a
 * problem; the records in the lines before stand. Throws the system's errors.
 */
export async function* readCorpus(
  path: string,
  format: CorpusFormat,
  textField: string,
  options: ReadOptions = {},
): AsyncGenerator<CorpusChunk> {
  if (format !== 'parquet') {
    yield* readLines(path, format, textField, options);
    return;
  }
  // Few need it, and it is large.
  const { readParquet } = await import('./readParquet');
  yield* readParquet(path, textField, options);
}

async function* readLines(
  path: string,
  format: LineFormat,
  textField: string,
  { maxLineBytes = MAX_LINE_BYTES, signal, from }: ReadOptions,
): AsyncGenerator<CorpusChunk> {
  const reader = new RecordReader(format, textField, from);
  let handedOver = from?.byte ?? 0;
  let bytes = 0;
  for await (const line of linesOf(path, { maxBytes: maxLineBytes, from: handedOver, signal })) {
    const { start, end } = line;
    bytes = line.fileBytes;
    if (line.fault !== null) {
      reader.skip(line.fault, end - start);
    } else {
      const text = decodeUtf8(line.bytes);
      if (typeof text !== 'string') {
        const fault = describeEncoding(line.first, start + text.invalidAt);
        reader.skip(t('{0}; nothing from this line on was read', fault), 0);
        break;
      }
      reader.push(text);
    }
    if (reader.waiting >= CHUNK_RECORDS || end - handedOver >= CHUNK_BYTES) {
      const { point } = reader;
      yield { ...reader.take(), bytes, next: point && { ...point, byte: end } };
      handedOver = end;
    }
  }
  reader.finish();
  yield { ...reader.take(), bytes, next: null };
}
