/** A piece of a record that fits a model's context. */
export interface Window {
  /** What the model reads: the special tokens in front, then the piece's tokens. */
  readonly input: readonly number[];
  /** Row r of the output predicts position r + shift of the record. */
  readonly shift: number;
  /** Positions of the record that are scored here; together the windows score each position once. */
  readonly first: number;
  readonly last: number;
}

/**
 * Cuts a record into overlapping windows. Every position behind the first window has at least `floor(context / 2)` tokens to
 * its left. Each window starts with the special tokens that the record starts with.
 * @param ids model input of the whole record, `prefix` special tokens first
 * @param first first position that is scored; the last is `ids.length`
 * @param context longest input in tokens
 */
export function windowsOf(ids: readonly number[], prefix: number, first: number, context: number): Window[] {
  const windows: Window[] = [];
  let from = first;
  for (let start = prefix; from <= ids.length; ) {
    const end = Math.min(ids.length, start + context - prefix);
    windows.push({
      input: [...ids.slice(0, prefix), ...ids.slice(start, end)],
      shift: start - prefix + 1,
      first: from,
      last: end,
    });
    from = end + 1;
    start = Math.max(start + 1, from - Math.max(1, Math.floor(context / 2)));
  }
  return windows;
}
