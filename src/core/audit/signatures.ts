/** Words (32 bits) of a record's signature: two of the text's hash, then two of the id's. */
const WORDS = 4;

/** Parts of a signature that records are compared by, as a range of its words. */
export const BY_TEXT = [0, 2] as const;
export const BY_ID = [2, 4] as const;
export const BY_BOTH = [0, 4] as const;
export type SignaturePart = typeof BY_TEXT | typeof BY_ID | typeof BY_BOTH;

/** 64 bits as two numbers in [0, 2^32). */
export type Hash64 = readonly [high: number, low: number];

/** The records [from, to) of one file. */
export interface FileRange {
  /** Files of the same name on both sides belong together. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * What is kept of all records of one side while they are paired: 16 bytes of hashes and a line number each, so that corpora may be
 * larger than memory. Records are numbered from 0 over all files.
 */
export class Signatures {
  #words = new Uint32Array(1024 * WORDS);
  #lines = new Uint32Array(1024);
  #count = 0;
  readonly #names: string[] = [];
  readonly #starts: number[] = [];

  get count(): number {
    return this.#count;
  }

  get files(): FileRange[] {
    return this.#names.map((name, file) => ({
      name,
      from: this.startOf(file),
      to: this.#starts[file + 1] ?? this.#count,
    }));
  }

  /** Records added from here on are of this file. */
  startFile(name: string): void {
    this.#names.push(name);
    this.#starts.push(this.#count);
  }

  /** @param line 1-based, in the file */
  add(text: Hash64, id: Hash64, line: number): void {
    const record = this.#count++;
    if (record === this.#lines.length) {
      this.#lines = doubled(this.#lines);
      this.#words = doubled(this.#words);
    }
    this.#words.set([...text, ...id], record * WORDS);
    this.#lines[record] = line;
  }

  /** Number of the first record of a file. */
  startOf(file: number): number {
    return this.#starts[file] ?? this.#count;
  }

  lineOf(record: number): number {
    return this.#lines[record] ?? 0;
  }

  /** Number of the file that a record is of. */
  fileOf(record: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.startOf(middle) <= record) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  hasText(record: number, [high, low]: Hash64): boolean {
    return this.#words[record * WORDS] === high && this.#words[record * WORDS + 1] === low;
  }

  /** Whether a record and one of the other side agree in a part of their signatures. */
  agrees(record: number, other: Signatures, otherRecord: number, [from, to]: SignaturePart): boolean {
    for (let word = from; word < to; word++) {
      if (this.#words[record * WORDS + word] !== other.#words[otherRecord * WORDS + word]) {
        return false;
      }
    }
    return true;
  }

  /** A number in [0, 2^32) that is the same for records that agree. */
  digest(record: number, [from, to]: SignaturePart): number {
    let digest = 0;
    for (let word = from; word < to; word++) {
      // Multiplied, so that ids that are their records' texts do not cancel them out.
      digest = Math.imul(digest ^ (this.#words[record * WORDS + word] ?? 0), 0x9e3779b1);
    }
    return digest >>> 0;
  }
}

function doubled(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}
