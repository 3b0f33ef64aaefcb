import { type FileHandle, open } from 'node:fs/promises';

// ELF64, little-endian: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
const LOAD = 1;
const DYNAMIC = 2;
const NEEDED = 1;
const STRING_TABLE = 5;
/** A dynamic section or a string table above this size is no library that a compiler made. */
const MOST_BYTES = 16 << 20;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * The shared libraries that a library asks the loader for (its DT_NEEDED entries), in order. Reads a few kilobytes and
 * loads nothing.
 * @returns null for what is not a 64-bit little-endian ELF file, or cannot be read
 */
export async function neededLibraries(path: string): Promise<string[] | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    return await readNeeded(file);
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

async function readNeeded(file: FileHandle): Promise<string[] | null> {
  const header = await slice(file, 0, 64);
  if (header.toString('latin1', 0, 4) !== '\x7fELF' || header[4] !== 2 || header[5] !== 1) {
    return null;
  }
  const entrySize = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = await slice(file, Number(header.readBigUInt64LE(32)), entrySize * count);
  const segments = Array.from({ length: count }, (_, i): Segment => {
    const at = i * entrySize;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (dynamic === undefined) {
    return [];
  }
  const entries = await slice(file, dynamic.offset, dynamic.size);
  const names: number[] = [];
  let strings = 0;
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const tag = Number(entries.readBigInt64LE(at));
    const value = Number(entries.readBigUInt64LE(at + 8));
    if (tag === NEEDED) {
      names.push(value);
    } else if (tag === STRING_TABLE) {
      strings = value;
    }
  }
  const home = segments.find(
    ({ type, address, size }) => type === LOAD && strings >= address && strings < address + size,
  );
  if (home === undefined) {
    return null;
  }
  const start = strings - home.address + home.offset;
  const result: string[] = [];
  for (const name of names) {
    const text = (await slice(file, start + name, 256)).toString('latin1');
    result.push(text.slice(0, text.indexOf('\0')));
  }
  return result;
}

/** Less than `length` bytes at the end of the file. */
async function slice(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length > MOST_BYTES) {
    throw new RangeError(`${length} bytes`);
  }
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
