import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from '../test/repoRoot';
import type { Figures } from './figures';

const ROUNDS = 3;

/** How long the editor's extensions wait for each other while a file is scanned; the median of several windows. */
export async function eventLoopMeasures(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  const result = join(folder, 'result');
  try {
    const delays: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      execFileSync(process.execPath, [join(repoRoot, 'scripts/hostTests.mjs')], {
        env: {
          ...process.env,
          SEEP_HOST_ENTRY: 'out/bench/host/eventLoopDelay.js',
          SEEP_TEST_RESULTS: join(folder, `round-${round}.jsonl`),
          SEEP_BENCH_RESULT: result,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      delays.push(Number(readFileSync(result, 'utf8')));
      rmSync(result);
    }
    delays.sort((a, b) => a - b);
    return { eventloop_p99_ms: delays[Math.floor(ROUNDS / 2)] ?? null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
