import type { ReadingPoint, ReadResult } from '../core/records/readRecords';

/** A place in a corpus file from which it can be read on. */
export interface FilePoint extends ReadingPoint {
  /** Offset in the file's unpacked content; 0 in Parquet. */
  readonly byte: number;
}

/** A piece of a corpus file that has been read. */
export interface CorpusChunk extends ReadResult {
  /** Bytes of the file read so far; packed ones, where it is packed. */
  readonly bytes: number;
  /** Where reading can go on behind this chunk; null where it cannot. */
  readonly next: FilePoint | null;
}

/** Records and problems at which a chunk is handed over. */
export const CHUNK_RECORDS = 256;

export interface ReadOptions {
  readonly maxLineBytes?: number;
  readonly signal?: AbortSignal;
  /** Where to begin: `next` of a chunk of this very file. */
  readonly from?: FilePoint;
}
