/** Digits to which lifts are told apart here; thresholds have no more. */
const DIGITS = 4;

/**
 * How often each lift occurred, on the grid of numbers with four significant digits. Lifts are rounded down to it and thresholds up,
 * so that counting against a threshold of the grid is exact; memory does not grow with the corpus.
 */
export class LiftCounts {
  readonly #counts = new Map<number, number>();

  add(lift: number): void {
    const value = gridDown(lift);
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** How many lifts reach a threshold of the grid. */
  atLeast(threshold: number): number {
    let count = 0;
    for (const [value, times] of this.#counts) {
      count += value >= threshold ? times : 0;
    }
    return count;
  }

  /** The smallest threshold of the grid, and at least `floor`, that no more than `allowed` lifts reach. */
  smallestThreshold(allowed: number, floor: number): number {
    let count = 0;
    for (const [value, times] of [...this.#counts].sort(([a], [b]) => b - a)) {
      count += times;
      if (count > allowed) {
        return Math.max(floor, gridAbove(value));
      }
    }
    return floor;
  }
}

/** The largest number of the grid that is not above `value`. */
export function gridDown(value: number): number {
  const nearest = Number(value.toPrecision(DIGITS));
  return nearest > value ? Number((nearest - step(value)).toPrecision(DIGITS)) : nearest;
}

/** The smallest number of the grid that is not below `value`. */
export function gridUp(value: number): number {
  const nearest = Number(value.toPrecision(DIGITS));
  return nearest < value ? gridAbove(nearest) : nearest;
}

/** The number of the grid behind one of its numbers. */
function gridAbove(value: number): number {
  return Number((value + step(value)).toPrecision(DIGITS));
}

/** Distance of the grid's numbers around a value. */
function step(value: number): number {
  return value === 0 ? 0 : 10 ** (Math.floor(Math.log10(value)) - DIGITS + 1);
}
