import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineClient } from '../src/client/engineClient';
import { demoFacts, demoModels, enginePath } from './engines';
import type { Figures } from './figures';
import { type CorpusShape, writeCorpus } from './longCorpus';
import { scannedRecords } from './scannedRecords';

const FEW = 1000;
const MANY = 100_000;
const SHAPE: CorpusShape = { sentences: 2, oneIn: 20 };
const ROUNDS = 3;
/** Scans of the small corpus in a round, so that it is not over before it has begun. */
const REPEATS = 10;

/** Time per record of a corpus of 100,000 records beside one of 1,000 like them, from the file to the last score. */
export async function recordMeasures(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  const engine = new EngineClient({ enginePath, log: () => {} });
  try {
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    const perRecord = async (count: number): Promise<number> => {
      const path = join(folder, `${count}.jsonl`);
      const started = performance.now();
      for await (const _ of scannedRecords(engine, path)) {
        // Only the time counts.
      }
      return (performance.now() - started) / count;
    };
    for (const records of [FEW, MANY]) {
      await writeCorpus(join(folder, `${records}.jsonl`), SHAPE, { records });
    }
    await perRecord(FEW);
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Half of the small scans before the large one and half behind it: a machine that grows slower hits both alike.
      const few: number[] = [];
      for (let i = 0; i < REPEATS / 2; i++) {
        few.push(await perRecord(FEW));
      }
      const many = await perRecord(MANY);
      for (let i = 0; i < REPEATS / 2; i++) {
        few.push(await perRecord(FEW));
      }
      ratios.push(many / (few.reduce((sum, time) => sum + time, 0) / few.length));
    }
    ratios.sort((a, b) => a - b);
    return { records_100k_vs_1k_per_record: ratios[Math.floor(ROUNDS / 2)] ?? null };
  } finally {
    await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
