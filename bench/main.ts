import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventLoopMeasures } from './eventLoop';
import { factMeasures } from './facts';
import type { Figures } from './figures';
import { memoryMeasures } from './memory';
import { demoPairMeasures, gpt2PairMeasures } from './pairs';
import { recordMeasures } from './records';
import { rescanMeasures } from './rescan';
import { TYPING_FIGURES, typingMeasures } from './typing/typing';

/** The figures that are measured together, and how. `wanted` tells which of them anybody asked for. */
const BENCHMARKS: readonly (readonly [
  figures: readonly string[],
  measure: (wanted: (figure: string) => boolean) => Promise<Figures>,
])[] = [
  [
    ['scan_vs_bare_gpt2', 'scan_vs_js_head_gpt2', 'scan_vs_torch_gpt2', 'scan_vs_transformersjs_gpt2', 'peak_rss_mb'],
    gpt2PairMeasures,
  ],
  [['scan_vs_bare_demo'], demoPairMeasures],
  [['facts_10k_vs_10', 'swap_vs_model', 'unattributed_vs_plain'], factMeasures],
  [['rescan_speedup', 'rescan_speedup_command'], rescanMeasures],
  [['eventloop_p99_ms'], eventLoopMeasures],
  [TYPING_FIGURES, typingMeasures],
  [['records_100k_vs_1k_per_record'], recordMeasures],
  [['rss_growth_mb_10mb_to_1gb'], memoryMeasures],
];

/** Runs benchmarks and writes one flat object of figures. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' }, only: { type: 'boolean' } },
    allowPositionals: true,
  });
  const known = BENCHMARKS.flatMap(([figures]) => figures);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined || (values.only ?? false) !== positionals.length > 0) {
    throw new Error(`usage: npm run bench [-- --json FILE] [--only FIGURE...]; figures: ${known.join(', ')}`);
  }
  const isWanted = (figure: string) => !values.only || positionals.includes(figure);
  const groups = BENCHMARKS.filter(([figures]) => figures.some(isWanted));
  const results: Record<string, number | null> = {};
  for (const [figures, measure] of groups) {
    const measured = groups.length === 1 ? await measure(isWanted) : alone(figures.filter(isWanted));
    for (const [name, value] of Object.entries(measured)) {
      if (isWanted(name)) {
        results[name] = value === null ? null : Number(value.toPrecision(3));
      }
    }
  }
  console.table(results);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  }
}

/** Figures from a process of their own: what other benchmarks left in this one's memory would slow down some. */
function alone(figures: readonly string[]): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  const json = join(folder, 'figures.json');
  try {
    execFileSync(process.execPath, [__filename, '--json', json, '--only', ...figures], { stdio: 'inherit' });
    return JSON.parse(readFileSync(json, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
