import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineClient } from '../src/client/engineClient';
import type { Fact } from '../src/core/forget/fact';
import { parseForgetSet } from '../src/core/forget/parseForgetSet';
import { readRecords } from '../src/core/records/readRecords';
import { type OpenParams, PLAIN_SCAN, type ScanParams } from '../src/protocol/engine';
import { repoRoot } from '../test/repoRoot';

const demo = join(repoRoot, 'media/demo');

export const demoModels: OpenParams = {
  teacher: join(demo, 'models/teacher'),
  student: join(demo, 'models/student'),
  reference: join(demo, 'models/reference'),
  provider: 'cpu',
};

export const demoFacts: readonly Fact[] = parseForgetSet(readFileSync(join(demo, 'forget.jsonl'), 'utf8')).facts;

/** Texts of the demo's filtered corpus. */
export const demoTexts: readonly string[] = readRecords(
  readFileSync(join(demo, 'corpus/filtered.jsonl'), 'utf8'),
  'jsonl',
  'text',
).records.map(({ text }) => text);

export const enginePath = join(repoRoot, 'dist/engine.js');

/** An engine process with models and facts loaded. */
export class BenchEngine {
  readonly #client = new EngineClient({ enginePath, log: () => {} });

  static async open(models: OpenParams, facts: readonly Fact[]): Promise<BenchEngine> {
    const engine = new BenchEngine();
    await engine.#client.open(models);
    await engine.#client.setForgetSet(facts);
    return engine;
  }

  /** Seconds that a scan of the texts takes. */
  async scan(texts: readonly string[], settings: Partial<ScanParams> = {}): Promise<number> {
    const records = texts.map((text, key) => ({ key, text }));
    let failed = 0;
    const started = performance.now();
    await this.#client.scan(
      { records, ...PLAIN_SCAN, ...settings },
      {
        onProgress: ({ kind }) => {
          failed += kind === 'failed' ? 1 : 0;
        },
      },
    );
    if (failed > 0) {
      throw new Error(`${failed} records could not be scored`);
    }
    return (performance.now() - started) / 1000;
  }

  dispose(): Promise<void> {
    return this.#client.dispose();
  }
}
