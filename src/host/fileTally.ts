import type { Fact } from '../core/forget/fact';
import { Tally } from '../core/report/tally';
import type { RecordScores } from '../core/score/leak';

/** About so many records are counted together, and again when one of them changes. */
const STRETCH = 500;

interface Stretch {
  /** Index of its first record. */
  readonly start: number;
  readonly length: number;
  tally: Tally | undefined;
}

/** What leaks in a file, counted by stretches of it, so that an edit has but one stretch counted again. */
export class FileTally {
  #stretches: readonly Stretch[] = [];
  #whole: Tally | undefined;

  constructor(
    private readonly facts: readonly Fact[],
    private readonly threshold: number,
    records: number,
  ) {
    this.replace(0, 0, records);
  }

  /** Says that records have come and gone. */
  replace(index: number, removed: number, added: number): void {
    const first = this.#at(index);
    const last = this.#at(index + removed);
    const hit = this.#stretches.slice(first, last + 1);
    const length = hit.reduce((sum, stretch) => sum + stretch.length, 0) + added - removed;
    const lengths = [
      ...this.#stretches.slice(0, first),
      ...parts(length).map((part) => ({ length: part, tally: undefined })),
      ...this.#stretches.slice(last + 1),
    ];
    let start = 0;
    this.#stretches = lengths.map(({ length, tally }) => {
      const stretch = { start, length, tally };
      start += length;
      return stretch;
    });
    this.#whole = undefined;
  }

  /** Says that the record with this index has other scores than it had, or none. */
  forget(index: number): void {
    const stretch = this.#stretches[this.#at(index)];
    if (stretch !== undefined) {
      stretch.tally = undefined;
    }
    this.#whole = undefined;
  }

  /** Says that a record which had none has scores now. */
  add(index: number, scores: RecordScores): void {
    this.#stretches[this.#at(index)]?.tally?.add(scores);
    this.#whole = undefined;
  }

  /** @param scoresOf what counts of the record with this index; null where it has no scores */
  of(scoresOf: (index: number) => RecordScores | null): Tally {
    if (this.#whole === undefined) {
      this.#whole = new Tally(this.facts, this.threshold);
      for (const stretch of this.#stretches) {
        stretch.tally ??= this.#count(stretch, scoresOf);
        this.#whole.merge(stretch.tally);
      }
    }
    return this.#whole;
  }

  #count({ start, length }: Stretch, scoresOf: (index: number) => RecordScores | null): Tally {
    const tally = new Tally(this.facts, this.threshold);
    for (let index = start; index < start + length; index++) {
      const scores = scoresOf(index);
      if (scores !== null) {
        tally.add(scores);
      }
    }
    return tally;
  }

  /** The stretch that a record is in; of one behind all, the last. */
  #at(index: number): number {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#stretches[middle]?.start ?? 0) <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}

/** Lengths of the stretches that so many records are parted into. */
function parts(length: number): readonly number[] {
  const count = Math.round(length / STRETCH) || Math.min(1, length);
  return Array.from(
    { length: count },
    (_, i) => Math.floor(((i + 1) * length) / count) - Math.floor((i * length) / count),
  );
}
