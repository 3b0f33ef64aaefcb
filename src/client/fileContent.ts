import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { t } from '../core/l10n';
import { type Compression, compressionOf } from '../core/records/corpusFormat';
import { type Pumped, ZlibPump } from './zlibPump';
import { ZstdReader } from './zstdReader';

/** A piece of a file's content. */
export interface ContentPiece {
  readonly bytes: Uint8Array;
  /** Bytes of the file itself read so far. */
  readonly fileBytes: number;
}

/** Packed content that cannot be unpacked any further; what came before it is good. The message says what to do. */
export class DamagedContent extends Error {
  override readonly name = 'DamagedContent';
}

const READ_BYTES = 1 << 18;

/** Deflate packs at most 1032 to 1, so a piece this large unpacks to 17 MB at most. */
const READ_PACKED_BYTES = 1 << 14;

/**
 * A file's content piece by piece from the byte `from` on, unpacked where the name ends in .gz or .zst. Memory does not grow with the file,
 * whatever it unpacks to.
 * @throws DamagedContent, and the system's errors
 */
export async function* fileContent(
  path: string,
  { from = 0, signal }: { from?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ContentPiece> {
  const compression = compressionOf(path);
  if (compression === null) {
    yield* readFrom(path, from, READ_BYTES, signal);
    return;
  }
  const unpacked = UNPACK[compression](readFrom(path, 0, READ_PACKED_BYTES, signal));
  let toSkip = from;
  for await (const { bytes, fileBytes } of unpacked) {
    const skipped = Math.min(toSkip, bytes.length);
    toSkip -= skipped;
    if (skipped < bytes.length) {
      yield { bytes: bytes.subarray(skipped), fileBytes };
    }
  }
}

const UNPACK: Readonly<Record<Compression, (packed: AsyncIterable<ContentPiece>) => AsyncGenerator<ContentPiece>>> = {
  gzip: gunzip,
  zstd: unzstd,
};

async function* readFrom(
  path: string,
  from: number,
  highWaterMark: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ContentPiece> {
  let fileBytes = from;
  const stream = createReadStream(path, { start: from, highWaterMark, ...(signal ? { signal } : {}) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    fileBytes += chunk.length;
    yield { bytes: chunk, fileBytes };
  }
}

/** Reads all members of a gzip file; zeros may follow the last, since tapes are filled up with them. */
async function* gunzip(packed: AsyncIterable<ContentPiece>): AsyncGenerator<ContentPiece> {
  const pump = new ZlibPump(createGunzip());
  let fileBytes = 0;
  /** Nothing but padding may follow. */
  let hasEnded = false;
  function* handOver({ bytes, error }: Pumped): Generator<ContentPiece> {
    for (const each of bytes) {
      yield { bytes: each, fileBytes };
    }
    if (error !== null) {
      throw damage('gzip', error.code === 'Z_BUF_ERROR' ? null : error);
    }
  }
  try {
    for await (const piece of packed) {
      const before = fileBytes;
      fileBytes = piece.fileBytes;
      if (!hasEnded) {
        yield* handOver(await pump.push(piece.bytes));
        hasEnded = pump.consumed < fileBytes;
      }
      if (hasEnded && piece.bytes.subarray(Math.max(0, pump.consumed - before)).some((byte) => byte !== 0)) {
        throw damage('gzip', new Error(t('something else follows')));
      }
    }
    if (fileBytes > 0 && !hasEnded) {
      yield* handOver(await pump.end());
    }
  } finally {
    pump.close();
  }
}

async function* unzstd(packed: AsyncIterable<ContentPiece>): AsyncGenerator<ContentPiece> {
  const reader = new ZstdReader();
  for await (const { bytes: packedBytes, fileBytes } of packed) {
    const unpacked = reader.push(packedBytes);
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = unpacked.next();
      } catch (error) {
        throw damage('zstd', error);
      }
      if (next.done) {
        break;
      }
      yield { bytes: next.value, fileBytes };
    }
  }
  if (!reader.isComplete) {
    throw damage('zstd', null);
  }
}

/** @param cause null: the file ends too early */
function damage(compression: Compression, cause: unknown): DamagedContent {
  const reason =
    cause === null
      ? t('the file ends in the middle of its {0} data; copy or compress it again', compression)
      : t(
          'the {0} data is damaged here ({1}); copy or compress the file again',
          compression,
          cause instanceof Error ? cause.message : String(cause),
        );
  return new DamagedContent(reason);
}
