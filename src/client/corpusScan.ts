import { t } from '../core/l10n';
import type { CorpusRecord } from '../core/records/record';
import type { RecordScores } from '../core/score/leak';
import type { ScanParams, ScanResult } from '../protocol/engine';
import type { CorpusChunk } from './corpusChunk';
import type { CorpusFile } from './corpusFiles';
import type { EngineClient } from './engineClient';
import { type ReadableOptions, readableChunks } from './readableChunks';

/**
 * Sizes at which records are handed to the engine, whichever is reached first; it sorts and batches what it is given. As much text as large
 * models take minutes for, so that results are not held back, and of short records many: each batch is looked up on disk at once.
 */
const BATCH_RECORDS = 4096;
const BATCH_UNITS = 1 << 19;

export interface ScannedRecord {
  readonly file: string;
  readonly record: CorpusRecord;
  readonly scores: RecordScores;
  /** What the engine said of the batch that the record was in. */
  readonly batch: ScanResult;
}

/** Everything else goes on where `onIncomplete` is called, which it is for whatever cannot be read or scored, and what of a record cannot. */
export interface CorpusScanOptions extends ReadableOptions {
  readonly settings: Omit<ScanParams, 'records'>;
  /** Leaves records out; all are scored unless it is given. */
  wanted?(file: string, record: CorpusRecord): boolean;
  /** Called before a file is read; what it gives is called with every chunk. */
  watchReading?(file: CorpusFile): Promise<((chunk: CorpusChunk) => void) | undefined>;
  /** How much of all bytes has been read and scored, 0 to 1. */
  onProgress(fraction: number): void;
  /** Called for each file once all of it has been read. */
  onFileRead(file: string, records: number): void;
  /** Called with each record as soon as it is scored, in the engine's order: earlier than the scan hands it over. */
  onScored?(file: string, record: CorpusRecord, scores: RecordScores): void;
}

/**
 * Scores all records of the files, in their order. Files are read while they are scored, so memory does not grow with them.
 * Rejects with `cancelled` once the signal is given and the engine has let go.
 */
export async function* scanCorpus(
  engine: Pick<EngineClient, 'scan'>,
  inputs: readonly CorpusFile[],
  options: CorpusScanOptions,
): AsyncGenerator<ScannedRecord> {
  const totalBytes = inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  let batch: { file: string; record: CorpusRecord }[] = [];
  let units = 0;
  let bytesScored = 0;
  let bytesRead = 0;

  async function* flush(): AsyncGenerator<ScannedRecord> {
    const records = batch;
    if (records.length > 0) {
      const share = bytesRead - bytesScored;
      const from = bytesScored;
      yield* scoreBatch(engine, records, options, (fraction) =>
        options.onProgress((from + share * fraction) / Math.max(1, totalBytes)),
      );
    }
    batch = [];
    units = 0;
    bytesScored = bytesRead;
  }

  let bytesBefore = 0;
  for (const input of inputs) {
    const { file, bytes } = input;
    let count = 0;
    const onChunk = await options.watchReading?.(input);
    for await (const chunk of readableChunks(input, options)) {
      onChunk?.(chunk);
      for (const record of chunk.records) {
        if (options.wanted?.(file, record) === false) {
          continue;
        }
        batch.push({ file, record });
        units += record.text.length;
      }
      count += chunk.records.length;
      bytesRead = bytesBefore + chunk.bytes;
      if (batch.length >= BATCH_RECORDS || units >= BATCH_UNITS) {
        yield* flush();
      }
    }
    options.onFileRead(file, count);
    bytesBefore += bytes;
    bytesRead = bytesBefore;
  }
  yield* flush();
}

async function* scoreBatch(
  engine: Pick<EngineClient, 'scan'>,
  batch: readonly { readonly file: string; readonly record: CorpusRecord }[],
  { settings, signal, onIncomplete, onScored }: CorpusScanOptions,
  onFraction: (fraction: number) => void,
): AsyncGenerator<ScannedRecord> {
  const scored = new Map<number, RecordScores>();
  const failed = new Map<number, string>();
  const result = await engine.scan(
    { records: batch.map(({ record }, key) => ({ key, text: record.text })), ...settings },
    {
      signal,
      onProgress: (progress) => {
        switch (progress.kind) {
          case 'record': {
            scored.set(progress.key, progress.scores);
            const each = batch[progress.key];
            if (each !== undefined) {
              onScored?.(each.file, each.record, progress.scores);
            }
            return;
          }
          case 'failed':
            failed.set(progress.key, progress.message);
            return;
          case 'work':
            onFraction(progress.total > 0 ? progress.done / progress.total : 0);
        }
      },
    },
  );
  for (const [key, { file, record }] of batch.entries()) {
    const scores = scored.get(key);
    if (scores === undefined) {
      const message = failed.get(key) ?? t('the engine gave no scores for this record');
      onIncomplete({ file, line: record.line, message }, 1);
    } else {
      for (const message of scores.skipped) {
        onIncomplete({ file, line: record.line, message }, 1);
      }
      yield { file, record, scores, batch: result };
    }
  }
}
