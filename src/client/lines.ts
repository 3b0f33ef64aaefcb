import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;

export interface Line {
  /** The line with its end, or null where it is too long. */
  readonly line: Uint8Array | null;
  /** Byte range in the file. */
  readonly start: number;
  readonly end: number;
  /** The file's first bytes. */
  readonly first: Uint8Array;
}

/**
 * The lines of a file, read piece by piece. Cuts at LF bytes, which are never part of a longer UTF-8 character. Throws the system's
 * errors.
 */
export async function* linesOf(path: string, maxBytes: number, signal?: AbortSignal): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let start = 0;
  let first = new Uint8Array();
  const take = (): Line => {
    const line = size > maxBytes ? null : parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    const result = { line, start, end: start + size, first };
    start += size;
    size = 0;
    parts = [];
    return result;
  };
  const add = (part: Uint8Array) => {
    size += part.length;
    if (size <= maxBytes) {
      parts.push(part);
    } else {
      parts = [];
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18, ...(signal ? { signal } : {}) })) {
    const bytes = chunk as Buffer;
    if (start === 0 && size === 0) {
      first = Uint8Array.from(bytes.subarray(0, 4));
    }
    let from = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, from)) {
      add(bytes.subarray(from, feed + 1));
      yield take();
      from = feed + 1;
    }
    if (from < bytes.length) {
      add(bytes.subarray(from));
    }
  }
  if (size > 0) {
    yield take();
  }
}
