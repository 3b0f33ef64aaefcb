import { isPause, type Slices } from '../slices';
import type { Decision } from './decision';

const NONE: readonly Decision[] = [];

/** Decisions by the hash of the record that they are about. */
export class DecisionIndex {
  static readonly EMPTY = new DecisionIndex();
  readonly #byRecord = new Map<string, Decision[]>();
  #size = 0;

  private constructor() {}

  static *build(decisions: Iterable<Decision>): Slices<DecisionIndex> {
    const index = new DecisionIndex();
    for (const decision of decisions) {
      index.#add(decision);
      if (isPause(index.#size)) {
        yield;
      }
    }
    return index;
  }

  /** How many decisions there are. */
  get size(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** @param record SHA-256 of its text, hex */
  of(record: string): readonly Decision[] {
    return this.#byRecord.get(record) ?? NONE;
  }

  #add(decision: Decision): void {
    const same = this.#byRecord.get(decision.record);
    if (same) {
      same.push(decision);
    } else {
      this.#byRecord.set(decision.record, [decision]);
    }
    this.#size++;
  }
}
