/** A piece of a record that a model reads at once. */
export interface Window {
  /** What the model reads: the special tokens in front, then the piece's tokens. */
  readonly input: readonly number[];
  /** The distribution behind input token r predicts position r + shift of the record. */
  readonly shift: number;
  /** Positions of the record that are scored here; together the windows score each position once. */
  readonly first: number;
  readonly last: number;
}

/**
 * Cuts a record into overlapping windows. Each starts with the special tokens that the record starts with. A position behind
 * the first window is scored with at least half of what a window holds to its left.
 * @param ids model input of the whole record, `prefix` special tokens first
 * @param longest longest input in tokens; more than the prefix and one
 */
export function windowsOf(ids: readonly number[], prefix: number, longest: number): Window[] {
  const first = Math.max(1, prefix);
  if (ids.length <= longest) {
    return ids.length < first ? [] : [{ input: ids, shift: 1, first, last: ids.length }];
  }
  const special = ids.slice(0, prefix);
  const room = longest - prefix;
  const stride = Math.max(1, Math.floor(room / 2));
  const windows: Window[] = [];
  let next = first;
  for (let start = prefix; next <= ids.length; start += stride) {
    const end = Math.min(ids.length, start + room);
    windows.push({
      input: [...special, ...ids.slice(start, end)],
      shift: start - prefix + 1,
      first: next,
      last: end,
    });
    next = end + 1;
  }
  return windows;
}

/** Model input cut on its left, behind the special tokens, so that `behind` more tokens have room. */
export function cutLeft(input: readonly number[], prefix: number, longest: number, behind = 0): readonly number[] {
  const over = Math.max(0, input.length + behind - longest);
  return over === 0 ? input : [...input.slice(0, prefix), ...input.slice(prefix + over)];
}
