import type { Fact } from '../core/forget/fact';
import { Tally } from '../core/report/tally';
import type { RecordScores } from '../core/score/leak';

/** Records that are counted together, and again when one of them changes. */
const STRETCH = 500;

/** What leaks in a file, counted by stretches of it, so that an edit has but one stretch counted again. */
export class FileTally {
  #stretches: (Tally | undefined)[] = [];
  #whole: Tally | undefined;

  constructor(
    private readonly facts: readonly Fact[],
    private readonly threshold: number,
  ) {}

  /** Says that the record with this index has other scores than it had, or none. */
  forget(index: number): void {
    this.#stretches[stretchOf(index)] = undefined;
    this.#whole = undefined;
  }

  /** Says that a record which had none has scores now. */
  add(index: number, scores: RecordScores): void {
    this.#stretches[stretchOf(index)]?.add(scores);
    this.#whole = undefined;
  }

  /** @param scoresOf what counts of the record with this index; null where it has no scores */
  of(records: number, scoresOf: (index: number) => RecordScores | null): Tally {
    if (this.#whole === undefined) {
      this.#whole = new Tally(this.facts, this.threshold);
      for (let first = 0; first < records; first += STRETCH) {
        const tally = this.#stretches[stretchOf(first)] ?? this.#count(first, records, scoresOf);
        this.#stretches[stretchOf(first)] = tally;
        this.#whole.merge(tally);
      }
    }
    return this.#whole;
  }

  #count(first: number, records: number, scoresOf: (index: number) => RecordScores | null): Tally {
    const tally = new Tally(this.facts, this.threshold);
    for (let index = first; index < Math.min(first + STRETCH, records); index++) {
      const scores = scoresOf(index);
      if (scores !== null) {
        tally.add(scores);
      }
    }
    return tally;
  }
}

function stretchOf(index: number): number {
  return Math.floor(index / STRETCH);
}
