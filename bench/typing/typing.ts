import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { HostWindow } from '../../test/launchers/hostWindow.mjs';
import { repoRoot } from '../../test/repoRoot';
import type { Figures } from '../figures';
import { writeLeakingCorpus } from './leakingCorpus';
import { turns, WAYS, type Way } from './turns';

/** A word at a time, with a pause in which what changed is scored again. */
const WORDS = ['where ', 'they ', 'say ', 'so ', 'again ', 'and '];
const KEY_MS = 60;
const PAUSE_MS = 900;

/** How long a busy machine may take for a turn to begin. The first one scans the file. */
const PATIENCE_MS = 600_000;

/** Milliseconds. */
interface Typed {
  /** Between two frames of the window. */
  readonly frames: number[];
  /** From a key to the frame that shows it. */
  readonly keys: number[];
}

/** Of the extension host; milliseconds. */
interface Host {
  /** 99th percentile of the event loop's delay. */
  readonly p99: number;
  /** Time of the processor. */
  readonly cpu: number;
}

/** Figures of each way to type. */
export const TYPING_FIGURES = WAYS.flatMap((way) =>
  ['frame_p95_ms', 'key_p95_ms', 'eventloop_p99_ms', 'host_cpu_ms'].map((what) => `typing_${way}_${what}`),
);

/** What typing in a file with 100,000 highlights costs, beside typing in the same file without scores. */
export async function typingMeasures(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  const window = await HostWindow.open(repoRoot, 'out/bench/host/typing.js', {
    env: { SEEP_BENCH_FOLDER: folder },
    prepare: (workspace) => writeLeakingCorpus(join(workspace, 'corpus/typing.jsonl')),
  });
  try {
    const found = new Map(WAYS.map((way) => [way, [] as (Typed & Host)[]]));
    for (const { name, round, way } of turns()) {
      await existing(folder, `${name}.ready`, window);
      const typed = await typeWords(window.page);
      writeFileSync(join(folder, `${name}.typed`), '');
      const host = JSON.parse(await existing(folder, `${name}.host`, window)) as Host;
      if (round > 0) {
        found.get(way)?.push({ ...typed, ...host });
      }
    }
    return Object.assign({}, ...[...found].map(([way, rounds]) => figures(way, rounds)));
  } finally {
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(way: Way, rounds: readonly (Typed & Host)[]): Figures {
  const middle = (value: (round: Typed & Host) => number) => quantile(rounds.map(value), 0.5);
  return {
    [`typing_${way}_frame_p95_ms`]: middle(({ frames }) => quantile(frames, 0.95)),
    [`typing_${way}_key_p95_ms`]: middle(({ keys }) => quantile(keys, 0.95)),
    [`typing_${way}_eventloop_p99_ms`]: middle(({ p99 }) => p99),
    [`typing_${way}_host_cpu_ms`]: middle(({ cpu }) => cpu / WORDS.length),
  };
}

/** Runs in the window. The frame after next is the first one that is sure to show what a key has done. */
const WATCH = `
  const watch = { frames: [], keys: [], done: false };
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    watch.frames.push(now - last);
    last = now;
    if (!watch.done) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const key = () => {
    const pressed = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => watch.keys.push(performance.now() - pressed)));
  };
  addEventListener('keydown', key, true);
  globalThis.seepWatch = () => {
    watch.done = true;
    removeEventListener('keydown', key, true);
    return watch;
  };
  undefined`;

/** Presses keys as somebody does who types, and watches the window's frames meanwhile. */
async function typeWords(page: Page): Promise<Typed> {
  await page.locator('.monaco-editor.focused').waitFor();
  await page.evaluate(WATCH);
  for (const word of WORDS) {
    await page.keyboard.type(word, { delay: KEY_MS });
    await page.waitForTimeout(PAUSE_MS);
  }
  return page.evaluate<Typed>('seepWatch()');
}

/** What stands in a file that the extension host writes, as soon as it is there. */
async function existing(folder: string, name: string, window: HostWindow): Promise<string> {
  const path = join(folder, name);
  const failed = join(folder, 'failed');
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    if (existsSync(failed)) {
      throw new Error(readFileSync(failed, 'utf8'));
    }
    if (window.ended || Date.now() > end) {
      throw new Error(`waited in vain for ${name}. ${window.log}`);
    }
    if (existsSync(path)) {
      await sleep(50);
      return readFileSync(path, 'utf8');
    }
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
