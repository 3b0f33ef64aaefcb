import { isPause, type Slices } from '../slices';
import { RecordIndex } from './recordIndex';
import { BY_BOTH, BY_ID, BY_TEXT, type FileRange, type SignaturePart, type Signatures } from './signatures';

/** Stands for "no partner". */
const NONE = 0xffffffff;

/** How the records of a filtered corpus come from those of the raw one. */
export interface Pairing {
  /** Number of a filtered record's partner in the raw corpus; null: it was added. */
  rawOf(filtered: number): number | null;
  /** Number of a raw record's partner in the filtered corpus; null: it was removed. */
  filteredOf(raw: number): number | null;
  /** Whether a filtered record has a partner with another text. */
  isChanged(filtered: number): boolean;
  readonly counts: PairCounts;
}

export interface PairCounts {
  readonly raw: number;
  readonly filtered: number;
  /** The same text on both sides. */
  readonly kept: number;
  /** The same id in files that belong together, and another text. */
  readonly changed: number;
  /** In the raw corpus only. */
  readonly removed: number;
  /** In the filtered corpus only. */
  readonly added: number;
}

/** Ids are believed where no more than one in so many records with the same text has another id on the other side. */
const BELIEVED = 20;

/**
 * Pairs the records of a raw and a filtered corpus. First those that agree in text, as often as both sides have it and in order: within
 * files of the same name those with the same id first, then across files, because filtered corpora are often cut anew. What is left over is
 * the same record with another text where its id occurs once on both sides of such files and ids there can be believed.
 * Linear in time.
 */
export function* pairRecords(raw: Signatures, filtered: Signatures): Slices<Pairing> {
  const pairs = new Pairs(raw, filtered);
  const believed: [FileRange, FileRange][] = [];
  for (const [rawFile, filteredFile] of sameFiles(raw, filtered)) {
    const agreed = yield* pairs.match(BY_BOTH, rawFile, filteredFile);
    const disagreed = yield* pairs.match(BY_TEXT, rawFile, filteredFile);
    if (disagreed * BELIEVED <= agreed) {
      believed.push([rawFile, filteredFile]);
    }
  }
  yield* pairs.match(BY_TEXT, { from: 0, to: raw.count }, { from: 0, to: filtered.count });
  const kept = pairs.count;
  for (const [rawFile, filteredFile] of believed) {
    yield* pairs.matchChanged(rawFile, filteredFile);
  }
  const changed = pairs.count - kept;
  return {
    rawOf: (record) => pairs.rawOf(record),
    filteredOf: (record) => pairs.filteredOf(record),
    isChanged: (record) => {
      const partner = pairs.rawOf(record);
      return partner !== null && !raw.agrees(partner, filtered, record, BY_TEXT);
    },
    counts: {
      raw: raw.count,
      filtered: filtered.count,
      kept,
      changed,
      removed: raw.count - kept - changed,
      added: filtered.count - kept - changed,
    },
  };
}

type Range = Pick<FileRange, 'from' | 'to'>;

class Pairs {
  readonly #rawOf: Uint32Array;
  readonly #filteredOf: Uint32Array;
  #count = 0;

  constructor(
    private readonly raw: Signatures,
    private readonly filtered: Signatures,
  ) {
    this.#rawOf = new Uint32Array(filtered.count).fill(NONE);
    this.#filteredOf = new Uint32Array(raw.count).fill(NONE);
  }

  get count(): number {
    return this.#count;
  }

  rawOf(filtered: number): number | null {
    return partner(this.#rawOf, filtered);
  }

  filteredOf(raw: number): number | null {
    return partner(this.#filteredOf, raw);
  }

  /** Pairs what has no partner yet and agrees, the first with the first. Returns how many pairs it made. */
  *match(part: SignaturePart, rawRange: Range, filteredRange: Range): Slices<number> {
    const before = this.#count;
    const index = yield* RecordIndex.of(this.raw, part, rawRange, (record) => this.filteredOf(record) === null);
    for (let record = filteredRange.from; record < filteredRange.to; record++) {
      const found = this.rawOf(record) === null ? index.take(this.filtered, record) : null;
      if (found !== null) {
        this.#pair(found, record);
      }
      if (isPause(record)) {
        yield;
      }
    }
    return this.#count - before;
  }

  /** Pairs what has no partner yet and has an id that no other record of its file has. */
  *matchChanged(rawRange: Range, filteredRange: Range): Slices<void> {
    const rawIds = yield* RecordIndex.of(this.raw, BY_ID, rawRange);
    const filteredIds = yield* RecordIndex.of(this.filtered, BY_ID, filteredRange);
    for (let record = filteredRange.from; record < filteredRange.to; record++) {
      if (this.rawOf(record) === null && filteredIds.only(this.filtered, record) !== null) {
        const found = rawIds.only(this.filtered, record);
        if (found !== null && this.filteredOf(found) === null) {
          this.#pair(found, record);
        }
      }
      if (isPause(record)) {
        yield;
      }
    }
  }

  #pair(raw: number, filtered: number): void {
    this.#rawOf[filtered] = raw;
    this.#filteredOf[raw] = filtered;
    this.#count++;
  }
}

function partner(partners: Uint32Array, record: number): number | null {
  const found = partners[record] ?? NONE;
  return found === NONE ? null : found;
}

function sameFiles(raw: Signatures, filtered: Signatures): [FileRange, FileRange][] {
  const named = new Map(filtered.files.map((file) => [file.name, file]));
  return raw.files.flatMap((file): [FileRange, FileRange][] => {
    const same = named.get(file.name);
    return same === undefined ? [] : [[file, same]];
  });
}
