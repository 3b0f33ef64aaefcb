/** Rounds of an interleaved run; the first one warms up and does not count. */
const ROUNDS = 6;

/** Returns the seconds that it took. */
export type Timed = () => Promise<number>;

/**
 * Seconds by round and contestant. In each round all take turns, so that whatever else the machine does hits all alike; who goes first
 * changes, so that nobody always finds the machine as the same other left it.
 */
export async function timeRounds<Name extends string>(contestants: Readonly<Record<Name, Timed>>) {
  const names = Object.keys(contestants) as Name[];
  const rounds: Record<Name, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const seconds: Partial<Record<Name, number>> = {};
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Name;
      seconds[name] = await contestants[name]();
    }
    rounds.push(seconds as Record<Name, number>);
  }
  return rounds.slice(1);
}

/** How many times as long `a` took as `b`: the median over the rounds. */
export function ratioIn<Name extends string>(
  rounds: readonly Readonly<Record<Name, number>>[],
  a: Name,
  b: Name,
): number {
  const ratios = rounds.map((seconds) => seconds[a] / seconds[b]).sort((x, y) => x - y);
  return ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
}

/** How many times as long `a` takes as `b`, see {@link timeRounds}. */
export async function timeRatio(a: Timed, b: Timed): Promise<number> {
  return ratioIn(await timeRounds({ a, b }), 'a', 'b');
}
