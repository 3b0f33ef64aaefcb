import { Decompress } from 'fzstd';
import { grouped, t } from '../core/l10n';

/** What the zstd program takes too without being asked to (its windowLog of 27); a header may claim any size. */
const MAX_WINDOW = 1 << 27;

/** Largest block of the format. */
const MAX_BLOCK = 1 << 17;

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

/**
 * Unpacks zstd as it comes in, frame by frame and block by block (RFC 8878), so that no more than a window and a block are held.
 * Checksums are passed over.
 * @throws Error on what is no zstd, or needs more than is allowed
 */
export class ZstdReader {
  #pending: Uint8Array = new Uint8Array();
  #frame: Frame | null = null;
  /** Bytes to pass over before the next frame. */
  #skip = 0;

  /** Takes packed bytes; gives what can be unpacked with them. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const passed = Math.min(this.#skip, this.#pending.length);
      this.#skip -= passed;
      this.#take(passed);
      const unpacked = this.#frame === null ? this.#begin() : this.#readBlock(this.#frame);
      if (unpacked === null) {
        return;
      }
      yield* unpacked;
    }
  }

  /** Whether all that came in is whole. */
  get isComplete(): boolean {
    return this.#frame === null && this.#skip === 0 && this.#pending.length === 0;
  }

  /** Each step returns null where it needs more bytes. */
  #begin(): Uint8Array[] | null {
    const bytes = this.#pending;
    if (bytes.length < 8) {
      return null;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const magic = view.getUint32(0, true);
    if (((magic ^ SKIPPABLE_MAGIC) & ~0xf) === 0) {
      this.#skip = 8 + view.getUint32(4, true);
      return [];
    }
    if (magic !== MAGIC) {
      throw new Error(t('no zstd frame begins here'));
    }
    const header = headerOf(view);
    if (header === null) {
      return null;
    }
    this.#frame = new Frame(header.hasChecksum);
    this.#frame.feed(this.#take(header.length));
    return [];
  }

  #readBlock(frame: Frame): Uint8Array[] | null {
    const [low, middle, high] = this.#pending;
    if (low === undefined || middle === undefined || high === undefined) {
      return null;
    }
    const header = low | (middle << 8) | (high << 16);
    const isLast = (header & 1) === 1;
    const isRepeatedByte = ((header >> 1) & 3) === 1;
    const size = header >> 3;
    if (size > MAX_BLOCK) {
      throw new Error(t('a block is too large'));
    }
    const length = 3 + (isRepeatedByte ? 1 : size) + (isLast && frame.hasChecksum ? 4 : 0);
    if (this.#pending.length < length) {
      return null;
    }
    const unpacked = frame.feed(this.#take(length));
    if (!isLast) {
      return unpacked;
    }
    this.#frame = null;
    return [...unpacked, ...frame.finish()];
  }

  #take(length: number): Uint8Array {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }
}

class Frame {
  #unpacked: Uint8Array[] = [];
  readonly #decompress = new Decompress((bytes) => this.#unpacked.push(bytes));

  constructor(readonly hasChecksum: boolean) {}

  feed(bytes: Uint8Array): Uint8Array[] {
    return this.#push(bytes, false);
  }

  finish(): Uint8Array[] {
    return this.#push(new Uint8Array(), true);
  }

  #push(bytes: Uint8Array, isLast: boolean): Uint8Array[] {
    this.#decompress.push(bytes, isLast);
    const unpacked = this.#unpacked.filter(({ length }) => length > 0);
    this.#unpacked = [];
    return unpacked;
  }
}

/** Length of a frame's header and what matters of it; null where it is not all there. */
function headerOf(view: DataView): { length: number; hasChecksum: boolean } | null {
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeLength = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const sizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryLength;
  const length = sizeAt + sizeLength;
  if (view.byteLength < length) {
    return null;
  }
  const window = isSingleSegment ? contentSize(view, sizeAt, sizeLength) : windowSize(view.getUint8(5));
  if (window > MAX_WINDOW) {
    throw new Error(
      t('it needs a window of {0} bytes, more than the {1} that are allowed', grouped(window), grouped(MAX_WINDOW)),
    );
  }
  if (dictionaryLength > 0) {
    throw new Error(t('it was made with a dictionary'));
  }
  return { length, hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(view: DataView, at: number, length: number): number {
  switch (length) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
