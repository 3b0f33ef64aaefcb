import { groups } from '../core/groups';
import { RankedList } from '../core/rankedList';
import type { LeakPlace, RecordPlaces } from './leakPlaces';

/** Open leaks that belong together. */
export interface PlaceGroup<T> {
  readonly key: string;
  /** Worst first; never none. */
  readonly items: readonly T[];
  readonly records: number;
  readonly leaks: number;
  readonly stated: number;
}

/** What a record has for a group. */
export interface Part<T> {
  readonly key: string;
  readonly items: readonly T[];
  readonly leaks: readonly LeakPlace[];
}

/** Puts the leaks of records into groups, and keeps those in order while records come and go. */
export class PlaceGroups<T> {
  readonly #groups = new Map<string, Group<T>>();

  constructor(
    private readonly compare: (a: T, b: T) => number,
    private readonly partsOf: (found: RecordPlaces) => readonly Part<T>[],
  ) {}

  /** Those first that have the worst. */
  get all(): readonly PlaceGroup<T>[] {
    return [...this.#groups.values()].sort(({ items: [a] }, { items: [b] }) =>
      a === undefined || b === undefined ? 0 : this.compare(a, b),
    );
  }

  change(removed: readonly RecordPlaces[], added: readonly RecordPlaces[]): void {
    const gone = this.#grouped(removed);
    const come = this.#grouped(added);
    for (const key of new Set([...gone.keys(), ...come.keys()])) {
      const group = this.#groups.get(key) ?? new Group(key, this.compare);
      group.change(gone.get(key) ?? [], come.get(key) ?? []);
      if (group.items.length > 0) {
        this.#groups.set(key, group);
      } else {
        this.#groups.delete(key);
      }
    }
  }

  #grouped(found: readonly RecordPlaces[]): ReadonlyMap<string, readonly Part<T>[]> {
    return new Map(groups(found.flatMap(this.partsOf), ({ key }) => key));
  }
}

class Group<T> implements PlaceGroup<T> {
  readonly #list: RankedList<T>;
  records = 0;
  leaks = 0;
  stated = 0;

  constructor(
    readonly key: string,
    compare: (a: T, b: T) => number,
  ) {
    this.#list = new RankedList(compare);
  }

  get items(): readonly T[] {
    return this.#list.items;
  }

  change(removed: readonly Part<T>[], added: readonly Part<T>[]): void {
    this.#count(removed, -1);
    this.#count(added, 1);
    this.#list.change(
      new Set(removed.flatMap(({ items }) => items)),
      added.flatMap(({ items }) => items),
    );
  }

  #count(parts: readonly Part<T>[], sign: 1 | -1): void {
    for (const { leaks } of parts) {
      this.records += sign;
      this.leaks += sign * leaks.length;
      this.stated += sign * leaks.filter(({ leak }) => leak.kind === 'stated').length;
    }
  }
}
