import { t } from '../core/l10n';
import type { Incomplete } from '../core/report/summary';
import type { CorpusChunk } from './corpusChunk';
import type { CorpusFile } from './corpusFiles';
import { describeSystemError, isSystemError } from './fileErrors';
import { readCorpus } from './readCorpus';

export interface ReadableOptions {
  readonly textField: string;
  readonly signal: AbortSignal;
  /** Called for whatever is no record, and once for a file that cannot be read, or no further. */
  onIncomplete(place: Incomplete, column: number): void;
}

/** The chunks of a corpus file as far as it can be read. Rejects with the system's error once the signal is given. */
export async function* readableChunks(
  { path, file, format }: CorpusFile,
  { textField, signal, onIncomplete }: ReadableOptions,
): AsyncGenerator<CorpusChunk> {
  try {
    for await (const chunk of readCorpus(path, format, textField, { signal })) {
      for (const { line, column, message } of chunk.problems) {
        onIncomplete({ file, line, message }, column);
      }
      yield chunk;
    }
  } catch (error) {
    if (!isSystemError(error) || signal.aborted) {
      throw error;
    }
    onIncomplete({ file, line: 1, message: t('cannot be read: {0}', describeSystemError(error)) }, 1);
  }
}
