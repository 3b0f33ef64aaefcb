import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CachedEngine } from '../src/client/cache/cachedEngine';
import { DiskCache } from '../src/client/cache/diskCache';
import type { OpenResult } from '../src/protocol/engine';
import { enginePath } from './engines';
import { scannedRecords } from './scannedRecords';
import { READ_TO, type Workload } from './workload';

/** Seep's whole scan of a workload, from the file to its records' scores, with models loaded and nothing in the cache. */
export class PairScan {
  readonly #folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  readonly #cache = new DiskCache(this.#folder, (notice) => console.error(notice));
  readonly #engine: CachedEngine;

  private constructor(
    private readonly workload: Workload,
    threads: number,
  ) {
    this.#engine = new CachedEngine({ enginePath, log: () => {}, threads }, this.#cache);
  }

  static async open(
    workload: Workload,
    threads = availableParallelism(),
  ): Promise<{ scan: PairScan; opened: OpenResult }> {
    const scan = new PairScan(workload, threads);
    return { scan, opened: await scan.#engine.open(workload.models) };
  }

  /** Seconds that a scan takes. */
  async round(): Promise<number> {
    const { corpus, facts } = this.workload;
    await this.#cache.clear();
    await this.#engine.setForgetSet(facts);
    const started = performance.now();
    for await (const { record, scores } of scannedRecords(this.#engine, corpus)) {
      const last = scores.leaks.at(-1)?.position ?? 0;
      if (last < scores.tokens * READ_TO) {
        throw new Error(`${corpus}:${record.line}: read to ${last} of ${scores.tokens} tokens only`);
      }
    }
    return (performance.now() - started) / 1000;
  }

  /** The largest that the engine process has been since it started, in MB; null where the system does not say. */
  async peakMegabytes(): Promise<number | null> {
    const { pid } = await this.#engine.hello();
    try {
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return kilobytes === undefined ? null : Number(kilobytes) / 1024;
    } catch {
      return null;
    }
  }

  async dispose(): Promise<void> {
    await this.#engine.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
