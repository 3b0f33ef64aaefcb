import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from '../test/repoRoot';
import { demoWorkload } from './demoWorkload';
import type { Figures } from './figures';
import { gpt2Workload } from './gpt2/gpt2Workload';
import { PairScan } from './pairScan';
import { Peer } from './peers/peer';
import { ratioIn, type Timed, timeRounds } from './ratio';
import { peerWork, type Workload } from './workload';

/** How to start each peer; the file with its work comes last. */
const PEERS = {
  bare: [process.execPath, join(repoRoot, 'out/bench/peers/onnxPeer.js'), 'bare'],
  js_head: [process.execPath, join(repoRoot, 'out/bench/peers/onnxPeer.js'), 'logits'],
  torch: [process.env.SEEP_BENCH_PYTHON ?? 'python3', join(repoRoot, 'bench/peers/torch_peer.py')],
  transformersjs: [
    process.execPath,
    join(repoRoot, 'out/bench/peers/transformersPeer.js'),
    process.env.SEEP_BENCH_TRANSFORMERSJS ?? repoRoot,
  ],
} as const satisfies Record<string, readonly [command: string, ...args: string[]]>;

type PeerName = keyof typeof PEERS;

/** Peers that must compute the same numbers. */
const SAME: readonly PeerName[] = ['js_head', 'torch', 'transformersjs'];
const TOLERANCE = 1e-5;

/** What the demo's pair takes beside its bare reading. */
export async function demoPairMeasures(): Promise<Figures> {
  const { figures } = await pairMeasures('demo', await demoWorkload(), ['bare']);
  return figures;
}

/** What a pair of GPT-2's size takes beside others' reading, and the memory of the engine then. */
export async function gpt2PairMeasures(wanted: (figure: string) => boolean): Promise<Figures> {
  const peers = (Object.keys(PEERS) as PeerName[]).filter((peer) => wanted(`scan_vs_${peer}_gpt2`));
  const { figures, peakMegabytes } = await pairMeasures('gpt2', await gpt2Workload(), peers);
  return { ...figures, peak_rss_mb: peakMegabytes };
}

async function pairMeasures(
  pair: string,
  workload: Workload,
  names: readonly PeerName[],
): Promise<{ figures: Figures; peakMegabytes: number | null }> {
  const threads = availableParallelism();
  const folder = mkdtempSync(join(tmpdir(), 'seep-bench-'));
  const { scan, opened } = await PairScan.open(workload, threads);
  const peers = new Map<PeerName, Peer>();
  const figures: Record<string, number | null> = {};
  const nameOf = (peer: PeerName) => `scan_vs_${peer}_${pair}`;
  try {
    const work = join(folder, 'work.json');
    writeFileSync(work, JSON.stringify(peerWork(workload, opened.models.teacher, threads)));
    for (const name of names) {
      const [command, ...args] = PEERS[name];
      const peer = await Peer.start(command, [...args, work]);
      if (peer instanceof Peer) {
        peers.set(name, peer);
      } else {
        console.error(`${nameOf(name)}: not measured (${peer.missing})`);
        figures[nameOf(name)] = null;
      }
    }
    const contestants: Record<string, Timed> = { scan: () => scan.round() };
    for (const [name, peer] of peers) {
      contestants[name] = () => peer.round();
    }
    const rounds = await timeRounds(contestants);
    checkSame(SAME.flatMap((name) => peers.get(name)?.total ?? []));
    for (const name of peers.keys()) {
      figures[nameOf(name)] = ratioIn<string>(rounds, name, 'scan');
    }
    return { figures, peakMegabytes: await scan.peakMegabytes() };
  } finally {
    await Promise.all([...peers.values(), scan].map((each) => each.dispose()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkSame(totals: readonly number[]): void {
  const [first = 0] = totals;
  if (totals.some((total) => Math.abs(total / first - 1) > TOLERANCE)) {
    throw new Error(`peers do not compute the same: ${totals.join(', ')}`);
  }
}
