/** Items in an order that is kept while some come and go: a change costs one pass over the list, and sorts only what is new. */
export class RankedList<T> {
  #items: readonly T[] = [];

  constructor(private readonly compare: (a: T, b: T) => number) {}

  /** In order. Another array after each change; this one stays as it is. */
  get items(): readonly T[] {
    return this.#items;
  }

  change(removed: ReadonlySet<T>, added: readonly T[]): void {
    if (removed.size === 0 && added.length === 0) {
      return;
    }
    const kept = removed.size === 0 ? this.#items : this.#items.filter((item) => !removed.has(item));
    const items: T[] = [];
    let from = 0;
    for (const item of added.toSorted(this.compare)) {
      const to = this.#placeIn(kept, item, from);
      for (; from < to; from++) {
        items.push(kept[from] as T);
      }
      items.push(item);
    }
    this.#items = items.length === 0 ? kept : items.concat(kept.slice(from));
  }

  /** Where an item goes: behind all that come before it or are its equals. */
  #placeIn(items: readonly T[], item: T, from: number): number {
    let low = from;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(items[middle] as T, item) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
