import type { Decision } from './decision';

const NONE: readonly Decision[] = [];

/** Decisions by the hash of the record that they are about. */
export class DecisionIndex {
  static readonly EMPTY = new DecisionIndex([]);
  readonly #byRecord = new Map<string, Decision[]>();

  constructor(readonly decisions: readonly Decision[]) {
    for (const decision of decisions) {
      const same = this.#byRecord.get(decision.record);
      if (same) {
        same.push(decision);
      } else {
        this.#byRecord.set(decision.record, [decision]);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#byRecord.size === 0;
  }

  /** @param record SHA-256 of its text, hex */
  of(record: string): readonly Decision[] {
    return this.#byRecord.get(record) ?? NONE;
  }
}
