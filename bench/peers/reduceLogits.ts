/** Log-softmax of one row of logits in plain JavaScript: its likeliest tokens and those asked for, without more memory than that. */
export class LogitReducer {
  readonly #values: Float64Array;
  readonly #tokens: Int32Array;

  constructor(
    private readonly ids: readonly number[],
    top: number,
  ) {
    this.#values = new Float64Array(top);
    this.#tokens = new Int32Array(top);
  }

  /** @returns the sum of all log-probabilities that were asked for */
  reduce(logits: Float32Array, from: number, to: number): number {
    const values = this.#values;
    const last = values.length - 1;
    values.fill(Number.NEGATIVE_INFINITY);
    let least = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const value = logits[i] ?? 0;
      if (value > least) {
        let at = last;
        for (; at > 0 && (values[at - 1] ?? 0) < value; at--) {
          values[at] = values[at - 1] ?? 0;
          this.#tokens[at] = this.#tokens[at - 1] ?? 0;
        }
        values[at] = value;
        this.#tokens[at] = i - from;
        least = values[last] ?? 0;
      }
    }
    const largest = values[0] ?? 0;
    let sum = 0;
    for (let i = from; i < to; i++) {
      sum += Math.exp((logits[i] ?? 0) - largest);
    }
    const shift = largest + Math.log(sum);
    let total = 0;
    for (const value of values) {
      total += value - shift;
    }
    for (const id of this.ids) {
      total += (logits[from + id] ?? 0) - shift;
    }
    return total;
  }
}
