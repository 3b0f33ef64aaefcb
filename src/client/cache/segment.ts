import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/*
 * A segment is a file that only grows: these first bytes, then entries of
 *   4  length of the value, little endian
 *   4  CRC-32 of the value
 *  32  key
 *   4  CRC-32 of the 40 bytes before
 *   .  value
 * Whatever is not whole is passed over: a reader may meet a segment that is being written, or one whose writer was killed.
 */
const START = Buffer.from('seep scores 1\n');
export const KEY_BYTES = 32;
const HEAD_BYTES = 12 + KEY_BYTES;
const CHUNK_BYTES = 1 << 20;

/** SHA-256 as a string of 32 characters below U+0100: half as large in memory as its hexadecimal form. */
export type Key = string;

/** Where an entry lies in its segment. */
export interface Place {
  readonly offset: number;
  /** Of the whole entry, in bytes. */
  readonly length: number;
}

export function encodeEntry(key: Key, value: Uint8Array): Buffer {
  const entry = Buffer.allocUnsafe(HEAD_BYTES + value.length);
  entry.writeUInt32LE(value.length, 0);
  entry.writeUInt32LE(crc32(value), 4);
  entry.write(key, 8, KEY_BYTES, 'latin1');
  entry.writeUInt32LE(crc32(entry.subarray(0, HEAD_BYTES - 4)), HEAD_BYTES - 4);
  entry.set(value, HEAD_BYTES);
  return entry;
}

/** The whole of a new segment that holds these entries. */
export function encodeSegment(entries: Iterable<Uint8Array>): Buffer {
  return Buffer.concat([START, ...entries]);
}

/** The value of the entry that `bytes` starts with; null where it is not this key's, or not as it was written. */
export function decodeEntry(bytes: Buffer, key: Key): Buffer | null {
  const head = readHead(bytes, 0);
  if (head === null || head.key !== key || HEAD_BYTES + head.length > bytes.length) {
    return null;
  }
  const value = bytes.subarray(HEAD_BYTES, HEAD_BYTES + head.length);
  return crc32(value) === head.checksum ? value : null;
}

function readHead(bytes: Buffer, at: number): { length: number; checksum: number; key: Key } | null {
  if (at + HEAD_BYTES > bytes.length) {
    return null;
  }
  const checked = bytes.subarray(at, at + HEAD_BYTES - 4);
  if (crc32(checked) !== bytes.readUInt32LE(at + HEAD_BYTES - 4)) {
    return null;
  }
  return {
    length: bytes.readUInt32LE(at),
    checksum: bytes.readUInt32LE(at + 4),
    key: bytes.toString('latin1', at + 8, at + 8 + KEY_BYTES),
  };
}

/**
 * Finds the whole entries from `from` on (0, or what an earlier call returned), reading no value.
 * @returns where the last of them ends
 */
export async function findEntries(
  handle: FileHandle,
  from: number,
  take: (key: Key, place: Place) => void,
): Promise<number> {
  const { size } = await handle.stat();
  const chunk = Buffer.allocUnsafe(Math.max(START.length, Math.min(CHUNK_BYTES, size - from)));
  let at = from;
  if (at === 0) {
    const { bytesRead } = await handle.read(chunk, 0, START.length, 0);
    if (!chunk.subarray(0, bytesRead).equals(START)) {
      return 0;
    }
    at = START.length;
  }
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    const bytes = chunk.subarray(0, bytesRead);
    let seen = 0;
    for (let head = readHead(bytes, 0); head !== null; head = readHead(bytes, seen)) {
      const length = HEAD_BYTES + head.length;
      if (at + seen + length > size) {
        return at + seen;
      }
      take(head.key, { offset: at + seen, length });
      seen += length;
    }
    if (seen === 0) {
      return at;
    }
    at += seen;
  }
}
