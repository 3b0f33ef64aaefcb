import { writeFile } from 'node:fs/promises';
import { EngineClient } from '../../src/client/engineClient';
import { PLAIN_SCAN } from '../../src/protocol/engine';
import { demoFacts, demoModels, demoTexts, enginePath } from '../engines';
import { HIGHLIGHTS } from './turns';

/** The demo's threshold. */
const THRESHOLD = 0.02;
const TEXTS_IN_RECORD = 4;
/** Records that differ in their text; each stands in the file several times, with ids of its own. */
const DIFFERENT = 250;
/** Not every text leaks as much behind others as it does alone. */
const MORE = 1.5;

/** Writes records of the demo's texts that leak, in which there are more than 100,000 highlights. */
export async function writeLeakingCorpus(path: string): Promise<void> {
  const leaking = await leakingTexts();
  const texts = Array.from(
    { length: DIFFERENT },
    (_, i) =>
      `${i}. ${Array.from({ length: TEXTS_IN_RECORD }, (_, k) => leaking[(i * TEXTS_IN_RECORD + k * 7) % leaking.length]).join(' ')}`,
  );
  const records = Math.ceil((MORE * HIGHLIGHTS) / TEXTS_IN_RECORD);
  const lines = Array.from({ length: records }, (_, i) => `${JSON.stringify({ id: i, text: texts[i % DIFFERENT] })}\n`);
  await writeFile(path, lines.join(''));
}

async function leakingTexts(): Promise<readonly string[]> {
  const client = new EngineClient({ enginePath, log: () => {} });
  const found: string[] = [];
  try {
    await client.open(demoModels);
    await client.setForgetSet(demoFacts);
    await client.scan(
      { records: demoTexts.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
      {
        onProgress: (progress) => {
          if (progress.kind === 'record' && progress.scores.leaks.some(({ lift }) => lift >= THRESHOLD)) {
            found.push(demoTexts[progress.key] ?? '');
          }
        },
      },
    );
  } finally {
    await client.dispose();
  }
  return found.toSorted();
}
