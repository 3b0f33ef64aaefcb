/** How often the engine may die on a piece of work before that is given up. */
const DEATHS_PER_PIECE = 2;

/**
 * Pieces of work that the engine is given together. When it dies, those that were in work then are suspects: they are to be given to it
 * one at a time, so that the one at fault is found and all others are done.
 */
export class Suspects {
  readonly #left: Set<number>;
  /** Deaths by piece that was in work then. */
  readonly #deaths = new Map<number, number>();
  #inWork: readonly number[] = [];
  #asked: readonly number[] = [];

  constructor(keys: Iterable<number>) {
    this.#left = new Set(keys);
  }

  /** Whether nothing is left. */
  get isDone(): boolean {
    return this.#left.size === 0;
  }

  /** Whether something that was given to the engine last is left. */
  get lacksAnswers(): boolean {
    return this.#asked.some((key) => this.#left.has(key));
  }

  /** What to give to the engine next: a suspect by itself, else all that is left. */
  next(): readonly number[] {
    const [suspect] = this.#deaths.keys();
    this.#asked = suspect === undefined ? [...this.#left] : [suspect];
    this.#inWork = [];
    return this.#asked;
  }

  /** These are in work from now on. */
  begin(keys: readonly number[]): void {
    this.#inWork = keys;
  }

  done(key: number): void {
    this.#left.delete(key);
    this.#deaths.delete(key);
  }

  /** Takes note that the engine has died. Returns the piece that is given up for it, which is done then; null: none is. */
  died(): number | null {
    for (const key of this.#inWork.filter((each) => this.#left.has(each))) {
      this.#deaths.set(key, (this.#deaths.get(key) ?? 0) + 1);
    }
    const [only, ...others] = this.#asked;
    if (only === undefined || others.length > 0 || (this.#deaths.get(only) ?? 0) < DEATHS_PER_PIECE) {
      return null;
    }
    this.done(only);
    return only;
  }
}
