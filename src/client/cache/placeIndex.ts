import type { Key, Place } from './segment';

const FIRST_SLOTS = 1024;
/** Fields of a slot: the key's first eight bytes, where its entry lies, and how long that is; 0 for a free slot. */
const FIELDS = 4;
/** From here on a table is made larger, by this factor. Neither leaves much of it empty: a corpus has millions of records. */
const FULL = 0.85;
const GROWTH = 1.5;

/**
 * Where entries lie in a segment, by key: a hash table in one typed array, of 16 bytes a slot. It knows keys by their first eight
 * bytes, which are as good as random; the entry itself holds the whole key, and whoever reads it compares.
 */
export class PlaceIndex {
  #slots = new Uint32Array(FIRST_SLOTS * FIELDS);
  #size = 0;

  /** How many entries are known. */
  get size(): number {
    return this.#size;
  }

  get(key: Key): Place | undefined {
    const at = this.#find(this.#slots, wordOf(key, 0), wordOf(key, 4));
    const length = this.#slots[at + 3] ?? 0;
    return length === 0 ? undefined : { offset: this.#slots[at + 2] ?? 0, length };
  }

  /** @param place offset and length below 4 GiB */
  set(key: Key, { offset, length }: Place): void {
    if ((this.#size + 1) * FIELDS > this.#slots.length * FULL) {
      this.#grow();
    }
    this.#put(this.#slots, [wordOf(key, 0), wordOf(key, 4), offset, length]);
  }

  #put(slots: Uint32Array, slot: readonly [number, number, number, number]): void {
    const at = this.#find(slots, slot[0], slot[1]);
    this.#size += slots[at + 3] === 0 ? 1 : 0;
    slots.set(slot, at);
  }

  /** Index of the slot that holds a key, or of the free one where it would go. */
  #find(slots: Uint32Array, high: number, low: number): number {
    const count = slots.length / FIELDS;
    let slot = high % count;
    for (;;) {
      const at = slot * FIELDS;
      if (slots[at + 3] === 0 || (slots[at] === high && slots[at + 1] === low)) {
        return at;
      }
      slot = slot + 1 === count ? 0 : slot + 1;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(Math.floor((old.length / FIELDS) * GROWTH) * FIELDS);
    this.#size = 0;
    for (let at = 0; at < old.length; at += FIELDS) {
      const [high = 0, low = 0, offset = 0, length = 0] = old.subarray(at, at + FIELDS);
      if (length !== 0) {
        this.#put(this.#slots, [high, low, offset, length]);
      }
    }
  }
}

/** Four of the key's bytes as a number. */
function wordOf(key: Key, from: number): number {
  return (
    (key.charCodeAt(from) |
      (key.charCodeAt(from + 1) << 8) |
      (key.charCodeAt(from + 2) << 16) |
      (key.charCodeAt(from + 3) << 24)) >>>
    0
  );
}
