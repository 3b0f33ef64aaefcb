import { type Leak, LIFT_FLOOR } from '../score/leak';

/** Bins of equal width on a logarithmic axis, so many for each power of ten. */
const PER_DECADE = 8;

const DECADES = -Math.log10(LIFT_FLOOR);

export interface LiftBin {
  /** Lifts in [from, to); the last bin holds 1 as well. */
  readonly from: number;
  readonly to: number;
  readonly shadow: number;
  readonly stated: number;
}

/** How often lifts of each size occur, from {@link LIFT_FLOOR} to 1. Counts (position, fact) pairs, those below the threshold too. */
export class LiftHistogram {
  readonly #counts = Array.from({ length: PER_DECADE * DECADES }, () => ({ shadow: 0, stated: 0 }));

  add({ lift, kind }: Pick<Leak, 'lift' | 'kind'>): void {
    const bin = Math.floor((Math.log10(lift) + DECADES) * PER_DECADE);
    const counts = this.#counts[Math.min(this.#counts.length - 1, Math.max(0, bin))];
    if (counts !== undefined) {
      counts[kind]++;
    }
  }

  get bins(): LiftBin[] {
    return this.#counts.map((counts, i) => ({ from: edge(i), to: edge(i + 1), ...counts }));
  }
}

function edge(bin: number): number {
  return 10 ** (bin / PER_DECADE - DECADES);
}
