import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CachedEngine } from '../src/client/cache/cachedEngine';
import { DiskCache } from '../src/client/cache/diskCache';
import { repoRoot } from '../test/repoRoot';
import { demoFacts, enginePath } from './engines';
import { timeRatio } from './ratio';
import { scannedRecords } from './scannedRecords';

/** Files that changed only just now are not recognised without being read. */
const SETTLED_MILLISECONDS = 4000;

/** How many times as long the first scan of the demo's corpus takes as the next one, which finds all scores on disk. */
export async function rescanMeasures(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  const demo = join(folder, 'demo');
  const cache = join(folder, 'cache');
  try {
    cpSync(join(repoRoot, 'media/demo'), demo, { recursive: true });
    await sleep(SETTLED_MILLISECONDS);
    const corpus = join(demo, 'corpus/filtered.jsonl');
    const inProcess = async () => {
      const started = performance.now();
      await scanFile(demo, corpus, cache);
      return (performance.now() - started) / 1000;
    };
    const wholeCommand = async () => {
      const started = performance.now();
      const args = [
        join(repoRoot, 'dist/cli.js'),
        'scan',
        corpus,
        '--fail-on',
        'none',
        '--output',
        join(folder, 'report'),
      ];
      execFileSync(process.execPath, args, {
        cwd: demo,
        env: { ...process.env, SEEP_CACHE_DIR: cache },
        stdio: 'ignore',
      });
      return (performance.now() - started) / 1000;
    };
    const first = (scan: () => Promise<number>) => async () => {
      rmSync(cache, { recursive: true, force: true });
      return scan();
    };
    // Whoever comes first in a round of the comparison, the second scan must find what a first one left.
    const again = (scan: () => Promise<number>) => async () => {
      await scan();
      return scan();
    };
    return {
      rescan_speedup: await timeRatio(first(inProcess), again(inProcess)),
      rescan_speedup_command: await timeRatio(first(wholeCommand), again(wholeCommand)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the command line and the editor do: an engine of its own, models, forget set, and the file from the disk. */
async function scanFile(demo: string, path: string, cache: string): Promise<void> {
  const engine = new CachedEngine(
    { enginePath, log: () => {} },
    new DiskCache(cache, (notice) => console.error(notice)),
  );
  const model = (name: string) => join(demo, 'models', name);
  try {
    await engine.open({
      teacher: model('teacher'),
      student: model('student'),
      reference: model('reference'),
      provider: 'cpu',
    });
    await engine.setForgetSet(demoFacts);
    for await (const _ of scannedRecords(engine, path)) {
      // Only the time counts.
    }
  } finally {
    await engine.dispose();
  }
}
