import { isPause, type Slices } from '../slices';
import type { FileRange, SignaturePart, Signatures } from './signatures';

/** Finds records of one side by a part of their signatures. A hash table with chains, in 8 bytes a record. */
export class RecordIndex {
  /** Numbers in the range, from 1; 0 ends a chain. Chains are in the order of the corpus. */
  readonly #heads: Uint32Array;
  readonly #next: Uint32Array;
  readonly #from: number;

  private constructor(
    private readonly side: Signatures,
    private readonly part: SignaturePart,
    { from, to }: Pick<FileRange, 'from' | 'to'>,
  ) {
    this.#from = from;
    this.#next = new Uint32Array(to - from + 1);
    this.#heads = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(1, to - from))));
  }

  /**
   * Makes an index piece by piece.
   * @param wanted leaves records out
   */
  static *of(
    side: Signatures,
    part: SignaturePart,
    range: Pick<FileRange, 'from' | 'to'>,
    wanted: (record: number) => boolean = () => true,
  ): Slices<RecordIndex> {
    const index = new RecordIndex(side, part, range);
    // From the last to the first, so that chains begin with the first.
    for (let record = range.to - 1; record >= range.from; record--) {
      if (wanted(record)) {
        index.#add(record);
      }
      if (isPause(record)) {
        yield;
      }
    }
    return index;
  }

  /** The first record that agrees with one of the other side, and forgets it; null where there is none. */
  take(other: Signatures, otherRecord: number): number | null {
    const slot = this.#slotOf(other, otherRecord);
    let before = 0;
    for (let at = this.#heads[slot] ?? 0; at > 0; at = this.#next[at] ?? 0) {
      const record = this.#from + at - 1;
      if (this.side.agrees(record, other, otherRecord, this.part)) {
        const rest = this.#next[at] ?? 0;
        if (before === 0) {
          this.#heads[slot] = rest;
        } else {
          this.#next[before] = rest;
        }
        return record;
      }
      before = at;
    }
    return null;
  }

  /** The record that agrees, where there is exactly one. */
  only(other: Signatures, otherRecord: number): number | null {
    let found: number | null = null;
    for (let at = this.#heads[this.#slotOf(other, otherRecord)] ?? 0; at > 0; at = this.#next[at] ?? 0) {
      const record = this.#from + at - 1;
      if (this.side.agrees(record, other, otherRecord, this.part)) {
        if (found !== null) {
          return null;
        }
        found = record;
      }
    }
    return found;
  }

  #add(record: number): void {
    const slot = this.#slotOf(this.side, record);
    const at = record - this.#from + 1;
    this.#next[at] = this.#heads[slot] ?? 0;
    this.#heads[slot] = at;
  }

  #slotOf(side: Signatures, record: number): number {
    return side.digest(record, this.part) & (this.#heads.length - 1);
  }
}
