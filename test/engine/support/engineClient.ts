import { join } from 'node:path';
import { EngineClient, type EngineClientOptions } from '../../../src/client/engineClient';
import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';
import type { RecordScores } from '../../../src/core/score/leak';
import { type OpenParams, PLAIN_SCAN, type ScanParams, type ScanResult } from '../../../src/protocol/engine';
import { repoRoot } from '../../repoRoot';

export const demoModels: OpenParams = {
  teacher: join(repoRoot, 'media/demo/models/teacher'),
  student: join(repoRoot, 'media/demo/models/student'),
  reference: join(repoRoot, 'media/demo/models/reference'),
  provider: 'cpu',
};

/** A client of the built engine. What the engine prints is kept in `lines`. */
export function newClient(options: Partial<EngineClientOptions> = {}): EngineClient & { readonly lines: string[] } {
  const lines: string[] = [];
  const client = new EngineClient({
    enginePath: join(repoRoot, 'dist/engine.js'),
    log: (line) => lines.push(line),
    ...options,
  });
  return Object.assign(client, { lines });
}

/** A fact with everything optional left out. */
export function fact(id: string, answers: readonly string[], subjects: readonly string[] = []): Fact {
  return { ...FACT_DEFAULTS, id, answers, subjects, line: 1 };
}

export interface Scanned {
  readonly scores: RecordScores[];
  readonly failures: string[];
  readonly result: ScanResult;
}

/** Scans texts and puts the results in the texts' order. */
export async function scanTexts(
  client: EngineClient,
  texts: readonly string[],
  settings: Partial<ScanParams> = {},
): Promise<Scanned> {
  const scores: RecordScores[] = [];
  const failures: string[] = [];
  const records = texts.map((text, key) => ({ key, text }));
  const result = await client.scan(
    { records, ...PLAIN_SCAN, ...settings },
    {
      onProgress: (value) => {
        if (value.kind === 'record') {
          scores[value.key] = value.scores;
        } else if (value.kind === 'failed') {
          failures[value.key] = value.message;
        }
      },
    },
  );
  return { scores, failures, result };
}
