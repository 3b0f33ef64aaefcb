/** Keeps the largest of all items that were ever added and counts them; memory is bounded by the limit. */
export class Largest<T> {
  #items: T[] = [];
  #added = 0;
  /** What an item must be larger than to be kept. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(
    readonly limit: number,
    private readonly size: (item: T) => number,
  ) {}

  add(item: T): void {
    this.#added++;
    if (this.size(item) > this.#floor) {
      this.#items.push(item);
      // Sorting once in a while costs less than keeping order at every step.
      if (this.#items.length >= 2 * this.limit) {
        this.#trim();
      }
    }
  }

  /** The largest first; among equals those that came first. */
  get items(): readonly T[] {
    this.#trim();
    return this.#items;
  }

  get added(): number {
    return this.#added;
  }

  #trim(): void {
    this.#items.sort((a, b) => this.size(b) - this.size(a));
    this.#items.length = Math.min(this.#items.length, this.limit);
    const smallest = this.#items.at(-1);
    if (smallest !== undefined && this.#items.length === this.limit) {
      this.#floor = this.size(smallest);
    }
  }
}
