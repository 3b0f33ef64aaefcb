import type { Leak } from '../core/score/leak';
import type { RecordAnalysis } from '../host/fileAnalysis';

/** A record as it was looked at. Other leaks are another array: they stand for its state. */
interface Seen<T> {
  readonly entry: RecordAnalysis;
  readonly leaks: readonly Leak[];
  readonly made: T | null;
}

export interface Change<T> {
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** Makes something of each record of a file, and makes it anew only where a record has changed since the last look. */
export class PerRecord<T> {
  #seen: readonly Seen<T>[] = [];

  constructor(private readonly make: (entry: RecordAnalysis) => T | null) {}

  update(records: readonly RecordAnalysis[]): Change<T> {
    const before = this.#seen;
    const shared = Math.min(before.length, records.length);
    let head = 0;
    while (head < shared && isSame(before[head], records[head])) {
      head++;
    }
    let tail = 0;
    while (tail < shared - head && isSame(before.at(-1 - tail), records.at(-1 - tail))) {
      tail++;
    }
    const gone = new Map(before.slice(head, before.length - tail).map((seen) => [seen.entry, seen]));
    const added: T[] = [];
    const fresh = records.slice(head, records.length - tail).map((entry): Seen<T> => {
      const known = gone.get(entry);
      if (known !== undefined && isSame(known, entry)) {
        gone.delete(entry);
        return known;
      }
      const made = this.make(entry);
      if (made !== null) {
        added.push(made);
      }
      return { entry, leaks: entry.leaks, made };
    });
    if (gone.size > 0 || fresh.length > 0) {
      this.#seen = before.slice(0, head).concat(fresh, before.slice(before.length - tail));
    }
    return { removed: madeOf([...gone.values()]), added };
  }

  /** All that was made. */
  get made(): readonly T[] {
    return madeOf(this.#seen);
  }
}

function isSame<T>(seen: Seen<T> | undefined, entry: RecordAnalysis | undefined): boolean {
  return seen?.entry === entry && seen?.leaks === entry?.leaks;
}

function madeOf<T>(all: readonly Seen<T>[]): T[] {
  return all.flatMap(({ made }) => made ?? []);
}
