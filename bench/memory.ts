import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoRoot } from '../test/repoRoot';
import type { Figures } from './figures';
import { type CorpusShape, writeCorpus } from './longCorpus';

/** Documents of about 2 KB, of which few speak of what is to be forgotten, as in a corpus for pretraining. */
const SHAPE: CorpusShape = { sentences: 26, oneIn: 100 };
const SMALL_BYTES = 10e6;
const LARGE_BYTES = 1e9;
const POLL_MILLISECONDS = 200;

/** How much more memory the command and its engine take together at their highest for a corpus a hundred times as large. */
export async function memoryMeasures(): Promise<Figures> {
  if (process.platform !== 'linux') {
    console.error('rss_growth_mb_10mb_to_1gb: not measured (needs /proc)');
    return { rss_growth_mb_10mb_to_1gb: null };
  }
  const small = await peakMegabytes(SMALL_BYTES);
  const large = await peakMegabytes(LARGE_BYTES);
  return { rss_growth_mb_10mb_to_1gb: large - small };
}

/** Peak of `seep scan` of a corpus of that size with an empty cache, the command and its engine together. */
async function peakMegabytes(bytes: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  try {
    const corpus = join(folder, 'corpus.jsonl');
    await writeCorpus(corpus, SHAPE, { bytes });
    const report = join(folder, 'report.jsonl');
    const args = ['scan', corpus, '--format', 'jsonl', '--fail-on', 'none', '--output', report];
    const child = spawn(process.execPath, [join(repoRoot, 'dist/cli.js'), ...args], {
      cwd: join(repoRoot, 'media/demo'),
      env: { ...process.env, SEEP_CACHE_DIR: join(folder, 'cache') },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    /** By process, in kilobytes: what /proc says is the highest so far. */
    const peaks = new Map<number, number>();
    while (child.exitCode === null && child.signalCode === null) {
      for (const pid of [child.pid ?? 0, ...childrenOf(child.pid ?? 0)]) {
        peaks.set(pid, Math.max(peaks.get(pid) ?? 0, highWater(pid)));
      }
      await sleep(POLL_MILLISECONDS);
    }
    if ((await ended) !== 0) {
      throw new Error(`seep scan ended with ${child.signalCode ?? child.exitCode}`);
    }
    return [...peaks.values()].reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statusOf(Number(name), 'PPid') === pid)
    .map(Number);
}

/** Peak resident size in kilobytes; 0 for a process that is gone. */
function highWater(pid: number): number {
  return statusOf(pid, 'VmHWM') ?? 0;
}

function statusOf(pid: number, key: string): number | null {
  try {
    const match = new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}
