import type { Leak } from '../score/leak';
import { decisionOn } from './decidedLeaks';
import type { Decision, DecisionAction } from './decision';
import type { DecisionIndex } from './decisionIndex';

/** What decisions meant for a scan. */
export interface DecidedTotals {
  /** Leaks at or above the threshold that count no more. */
  readonly ignored: number;
  /** Leaks that count as long as they are in the text, although something is decided about them. */
  readonly masked: number;
  readonly reviewed: number;
  readonly toDrop: number;
  /** Decisions about texts that were not among the records: they are kept, for the texts may come back. */
  readonly notFound: number;
}

/** Counts what is decided about the leaks of a scan. */
export class DecidedTally {
  readonly #leaks: Record<DecisionAction, number> = { drop: 0, mask: 0, ignore: 0, reviewed: 0 };
  readonly #found = new Set<string>();
  #decisionsFound = 0;

  constructor(
    private readonly index: DecisionIndex,
    private readonly threshold: number,
  ) {}

  /** Adds a record's leaks, whatever their lift. */
  add(leaks: readonly Leak[], decisions: readonly Decision[]): void {
    this.find(decisions);
    for (const leak of leaks.filter(({ lift }) => lift >= this.threshold)) {
      const decision = decisionOn(leak, decisions);
      if (decision !== null) {
        this.#leaks[decision.action]++;
      }
    }
  }

  /** Takes note that the record of these decisions is there. */
  find(decisions: readonly Decision[]): void {
    for (const { record } of decisions) {
      if (!this.#found.has(record)) {
        this.#found.add(record);
        this.#decisionsFound += this.index.of(record).length;
      }
    }
  }

  get totals(): DecidedTotals {
    const { ignore: ignored, mask: masked, reviewed, drop: toDrop } = this.#leaks;
    return { ignored, masked, reviewed, toDrop, notFound: this.index.size - this.#decisionsFound };
  }
}
