/** Rounds of an interleaved run; the first one warms up and does not count. */
const ROUNDS = 6;

/**
 * How many times as long `a` takes as `b`: the median over the rounds of one run in which both take turns, so that whatever else the
 * machine does hits both alike. Each returns its seconds.
 */
export async function timeRatio(a: () => Promise<number>, b: () => Promise<number>): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Who goes first changes, so that neither always finds the machine as the other left it.
    const first = round % 2 === 0 ? await a() : await b();
    const second = round % 2 === 0 ? await b() : await a();
    const [timeA, timeB] = round % 2 === 0 ? [first, second] : [second, first];
    if (round > 0) {
      ratios.push(timeA / timeB);
    }
  }
  ratios.sort((x, y) => x - y);
  return ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
}
