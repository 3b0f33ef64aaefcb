import type { Fact } from '../forget/fact';
import type { Leak, RecordScores } from '../score/leak';

/** What is known of one fact over everything counted. */
export interface FactTotals {
  readonly fact: string;
  /** Highest lift at any position, also where it stays below the threshold (then it is at least LIFT_FLOOR, or 0). */
  readonly maxLift: number;
  /** Highest exposure at any position; the maximum, not the sum, because repeats do not raise the leaked amount. */
  readonly exposure: number;
  /** Positions and records with a lift at or above the threshold. */
  readonly positions: number;
  readonly records: number;
  /** How many of the positions are stated leaks. */
  readonly stated: number;
}

/** Corpus totals; only lifts at or above the threshold count as leaks. */
export interface Totals {
  readonly records: number;
  /** Predicted tokens. */
  readonly tokens: number;
  /** (position, fact) pairs. */
  readonly leaks: number;
  readonly stated: number;
  readonly shadow: number;
  /** Positions with at least one leak. */
  readonly positions: number;
  /** Facts with at least one leak. */
  readonly leakingFacts: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up leaks record by record. */
export class Tally {
  readonly #facts = new Map<string, Mutable<FactTotals>>();
  #records = 0;
  #tokens = 0;
  #stated = 0;
  #shadow = 0;
  #positions = 0;

  constructor(
    facts: readonly Pick<Fact, 'id'>[],
    private readonly threshold: number,
  ) {
    for (const { id } of facts) {
      this.#facts.set(id, { fact: id, maxLift: 0, exposure: 0, positions: 0, records: 0, stated: 0 });
    }
  }

  /** Adds one record. Returns its leaks at or above the threshold. */
  add({ tokens, leaks }: Pick<RecordScores, 'tokens' | 'leaks'>): Leak[] {
    this.#records++;
    this.#tokens += tokens;
    const counted = leaks.filter((leak) => this.#addLeak(leak));
    for (const fact of new Set(counted.map((leak) => leak.fact))) {
      const totals = this.#facts.get(fact);
      if (totals !== undefined) {
        totals.records++;
      }
    }
    this.#positions += new Set(counted.map((leak) => leak.position)).size;
    return counted;
  }

  get totals(): Totals {
    return {
      records: this.#records,
      tokens: this.#tokens,
      leaks: this.#stated + this.#shadow,
      stated: this.#stated,
      shadow: this.#shadow,
      positions: this.#positions,
      leakingFacts: [...this.#facts.values()].filter((each) => each.positions > 0).length,
    };
  }

  /** Every fact of the forget set, those that leak most first: by falling exposure, then lift, then the set's order. */
  get facts(): FactTotals[] {
    return [...this.#facts.values()]
      .map((each) => ({ ...each }))
      .sort((a, b) => b.exposure - a.exposure || b.maxLift - a.maxLift);
  }

  /** Whether the leak counts. Leaks of facts that are not in the set are none. */
  #addLeak(leak: Leak): boolean {
    const totals = this.#facts.get(leak.fact);
    if (totals === undefined) {
      return false;
    }
    totals.maxLift = Math.max(totals.maxLift, leak.lift);
    totals.exposure = Math.max(totals.exposure, leak.exposure);
    if (leak.lift < this.threshold) {
      return false;
    }
    totals.positions++;
    if (leak.kind === 'stated') {
      totals.stated++;
      this.#stated++;
    } else {
      this.#shadow++;
    }
    return true;
  }
}
