import { corpusFile } from '../src/client/corpusFiles';
import { type ScannedRecord, scanCorpus } from '../src/client/corpusScan';
import type { EngineClient } from '../src/client/engineClient';
import { PLAIN_SCAN } from '../src/protocol/engine';

/** The scored records of a JSONL file, whose texts stand in "text". Throws where one cannot be scored: then no time counts. */
export async function* scannedRecords(engine: Pick<EngineClient, 'scan'>, path: string): AsyncGenerator<ScannedRecord> {
  const file = await corpusFile(path, path);
  if (file === null) {
    throw new Error(`${path}: not a corpus`);
  }
  yield* scanCorpus(engine, [file], {
    textField: 'text',
    settings: PLAIN_SCAN,
    signal: new AbortController().signal,
    onProgress: () => {},
    onIncomplete: ({ line, message }) => {
      throw new Error(`${path}:${line}: ${message}`);
    },
    onFileRead: () => {},
  });
}
