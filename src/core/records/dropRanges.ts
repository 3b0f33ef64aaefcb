import { isBlankLine } from './blankLine';
import type { LineFormat } from './corpusFormat';

/** UTF-16 range in a file. */
export type FileRange = readonly [start: number, end: number];

/**
 * What to delete so that the records are gone and all others stay as they are. Of the ranges none touches another's text.
 * @param records UTF-16 ranges of the records, without line ends, ascending
 */
export function dropRanges(text: string, records: readonly FileRange[], format: LineFormat): FileRange[] {
  // The records that end the file go as one, because what stands in front of them ends the file afterwards.
  let tail = records.length;
  let end = text.length;
  for (let i = records.length - 1; i >= 0; i--) {
    const [from, to] = records[i] ?? [0, 0];
    const between = text.slice(to, end).split('\n');
    if (!between.every((line) => isBlankLine(line, format))) {
      break;
    }
    tail = i;
    end = from;
  }
  const ranges = records.slice(0, tail).map(([from, to]) => dropRange(text, from, to, format));
  const first = records[tail]?.[0];
  const last = records.at(-1)?.[1];
  if (first !== undefined && last !== undefined) {
    ranges.push(dropRange(text, first, last, format));
  }
  return ranges;
}

/**
 * What to delete so that the record is gone and its neighbours stay as they are: the lines with their line end, or the
 * paragraph with the blank lines behind it; at the end of the file also the blank lines in front of it. The file keeps a final line end
 * exactly if it had one.
 * @param start UTF-16 range of the record, without a line end
 */
function dropRange(text: string, start: number, end: number, format: LineFormat): FileRange {
  let to = nextLine(text, end);
  while (format === 'text' && to < text.length && isBlankLine(lineAt(text, to), format)) {
    to = nextLine(text, to);
  }
  if (to < text.length) {
    return [start, to];
  }
  let from = start;
  while (from > 0 && isBlankLine(lineAt(text, previousLine(text, from)), format)) {
    from = previousLine(text, from);
  }
  if (!text.endsWith('\n') && from > 0) {
    from -= text.startsWith('\r\n', from - 2) ? 2 : 1;
  }
  return [from, to];
}

/** Start of the line behind the one that `offset` is in. */
function nextLine(text: string, offset: number): number {
  const lineFeed = text.indexOf('\n', offset);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

/** Start of the line in front of the one that starts at `offset` > 0. */
function previousLine(text: string, offset: number): number {
  return offset < 2 ? 0 : text.lastIndexOf('\n', offset - 2) + 1;
}

function lineAt(text: string, start: number): string {
  return text.slice(start, nextLine(text, start));
}
