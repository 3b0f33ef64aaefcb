/**
 * Natural-log probabilities of one row of logits at a temperature: log softmax(z / tau), in float64.
 * @throws RangeError when a logit is not a finite number
 */
export function logSoftmax(logits: ArrayLike<number>, temperature: number): Float64Array {
  const scaled = Float64Array.from(logits, (z) => z / temperature);
  let highest = Number.NEGATIVE_INFINITY;
  for (const z of scaled) {
    // Minus infinity is a token that the model rules out; it keeps probability 0.
    if (Number.isNaN(z) || z === Number.POSITIVE_INFINITY) {
      throw new RangeError('not a number');
    }
    highest = Math.max(highest, z);
  }
  if (highest === Number.NEGATIVE_INFINITY) {
    throw new RangeError('not a number');
  }
  let total = 0;
  for (const z of scaled) {
    total += Math.exp(z - highest);
  }
  const logTotal = highest + Math.log(total);
  return scaled.map((z) => z - logTotal);
}

/** Shannon entropy in nats. */
export function entropy(logprobs: Float64Array): number {
  return logprobs.reduce((total, l) => (l === Number.NEGATIVE_INFINITY ? total : total - Math.exp(l) * l), 0);
}

/** KL(p || q) in nats over the ids that both have; never negative. */
export function klDivergence(p: Float64Array, q: Float64Array): number {
  let total = 0;
  for (let i = 0; i < Math.min(p.length, q.length); i++) {
    const lp = p[i] as number;
    if (lp !== Number.NEGATIVE_INFINITY) {
      total += Math.exp(lp) * (lp - (q[i] as number));
    }
  }
  return Math.max(0, total);
}

/** Jensen-Shannon divergence in nats: at most ln 2. */
export function jensenShannon(p: Float64Array, q: Float64Array): number {
  const size = Math.min(p.length, q.length);
  const middle = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    middle[i] = Math.log((Math.exp(p[i] as number) + Math.exp(q[i] as number)) / 2);
  }
  return Math.min(Math.LN2, (klDivergence(p, middle) + klDivergence(q, middle)) / 2);
}

/** Ranks in one row: 1 + number of entries higher. Sorting once makes each of many look-ups cheap. */
export class Ranking {
  readonly #rising: Float64Array;

  constructor(private readonly logprobs: Float64Array) {
    this.#rising = logprobs.slice().sort();
  }

  rankOf(id: number): number {
    const own = this.logprobs[id] ?? Number.NEGATIVE_INFINITY;
    let low = 0;
    let high = this.#rising.length;
    // The first entry that is higher than the own one.
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rising[middle] ?? 0) > own) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return 1 + this.#rising.length - low;
  }
}

/** Ids of the `k` highest entries, falling; ties by rising id. */
export function topIds(logprobs: Float64Array, k: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < logprobs.length; id++) {
    const value = logprobs[id] as number;
    const last = best[best.length - 1];
    if (best.length === k && last !== undefined && value <= (logprobs[last] as number)) {
      continue;
    }
    let at = best.length;
    while (at > 0 && (logprobs[best[at - 1] as number] as number) < value) {
      at--;
    }
    best.splice(at, 0, id);
    best.length = Math.min(best.length, k);
  }
  return best;
}
