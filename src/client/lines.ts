import { grouped, t } from '../core/l10n';
import { DamagedContent, fileContent } from './fileContent';

const LINE_FEED = 0x0a;

/** A line with more bytes than this is not held. */
export const MAX_LINE_BYTES = 1 << 26;

export type Line = {
  /** Byte range in the file's unpacked content. */
  readonly start: number;
  readonly end: number;
  /** Bytes of the file itself read so far. */
  readonly fileBytes: number;
  /** The first bytes read. */
  readonly first: Uint8Array;
} & (
  | { /** With its line end. */ readonly bytes: Uint8Array; readonly fault: null }
  | { readonly bytes: null /** Why there is no such line. */; readonly fault: string }
);

/**
 * The lines of a file, read piece by piece and unpacked where its name says so, from the byte `from` of the content on. Cuts at LF bytes,
 * which are never part of a longer UTF-8 character. Damaged content ends it with a fault. Throws the system's errors.
 */
export async function* linesOf(
  path: string,
  {
    maxBytes = MAX_LINE_BYTES,
    from = 0,
    signal,
  }: { maxBytes?: number; from?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let start = from;
  let fileBytes = 0;
  let first = new Uint8Array();
  const take = (): Line => {
    const end = start + size;
    const line: Line =
      size > maxBytes
        ? {
            start,
            end,
            fileBytes,
            first,
            bytes: null,
            fault: t('the line is longer than {0} bytes', grouped(maxBytes)),
          }
        : {
            start,
            end,
            fileBytes,
            first,
            bytes: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts),
            fault: null,
          };
    start = end;
    size = 0;
    parts = [];
    return line;
  };
  const add = (part: Uint8Array) => {
    size += part.length;
    if (size <= maxBytes) {
      parts.push(part);
    } else {
      parts = [];
    }
  };
  try {
    for await (const piece of fileContent(path, { from, signal })) {
      const { bytes } = piece;
      fileBytes = piece.fileBytes;
      if (start === from && size === 0) {
        first = Uint8Array.from(bytes.subarray(0, 4));
      }
      let at = 0;
      for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, at)) {
        add(bytes.subarray(at, feed + 1));
        yield take();
        at = feed + 1;
      }
      if (at < bytes.length) {
        add(bytes.subarray(at));
      }
    }
  } catch (error) {
    if (!(error instanceof DamagedContent)) {
      throw error;
    }
    yield {
      start,
      end: start,
      fileBytes,
      first,
      bytes: null,
      fault: t('{0}; nothing from this line on was read', error.message),
    };
    return;
  }
  if (size > 0) {
    yield take();
  }
}
