import { isPause, type Slices } from './slices';

/** How many are sorted at once. */
const RUN = 2048;

/** A sorted copy; what is equal keeps its order. Takes next to nothing where all is in order already. */
export function* sorted<T extends object>(items: readonly T[], compare: (a: T, b: T) => number): Slices<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      longer.push(yield* merged(runs[i] ?? [], runs[i + 1] ?? [], compare));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

function* merged<T extends object>(left: T[], right: T[], compare: (a: T, b: T) => number): Slices<T[]> {
  const last = left.at(-1);
  const first = right[0];
  if (last === undefined || first === undefined || compare(last, first) <= 0) {
    return left.concat(right);
  }
  const result: T[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    const a = left[l];
    const b = right[r];
    if (a === undefined || b === undefined) {
      return result.concat(left.slice(l), right.slice(r));
    }
    if (compare(a, b) <= 0) {
      result.push(a);
      l++;
    } else {
      result.push(b);
      r++;
    }
    if (isPause(result.length)) {
      yield;
    }
  }
}
