import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineClient } from '../src/client/engineClient';
import { PLAIN_SCAN } from '../src/protocol/engine';
import { repoRoot } from '../test/repoRoot';
import { demoFacts, demoModels, demoTexts, enginePath } from './engines';
import type { Workload } from './workload';

/** The demo's teacher and student, and the records of its corpus up to their last leaks, so that both have to read them all. */
export async function demoWorkload(): Promise<Workload> {
  const models = { ...demoModels, student: join(repoRoot, 'media/demo/models/student'), reference: null };
  const client = new EngineClient({ enginePath, log: () => {} });
  const texts: string[] = [];
  try {
    await client.open(models);
    await client.setForgetSet(demoFacts);
    await client.scan(
      { records: demoTexts.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
      {
        onProgress: (progress) => {
          if (progress.kind === 'record') {
            const last = progress.scores.leaks.at(-1);
            if (last !== undefined) {
              texts.push((demoTexts[progress.key] ?? '').slice(0, last.end));
            }
          }
        },
      },
    );
  } finally {
    await client.dispose();
  }
  const folder = join(repoRoot, '.cache/bench/demo');
  mkdirSync(folder, { recursive: true });
  const corpus = join(folder, 'corpus.jsonl');
  writeFileSync(corpus, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  return { models, facts: demoFacts, corpus };
}
