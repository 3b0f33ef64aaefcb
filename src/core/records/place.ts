import type { CorpusRecord } from './record';
import { toSource } from './sourceMap';

/**
 * 1-based line and column (UTF-16 units) in the file of an offset in a record's text. The line feeds of a paragraph are line
 * ends of the file; those of a JSONL record are escapes within its one line.
 */
export function placeInFile(record: CorpusRecord, textOffset: number): { line: number; column: number } {
  const { text, source, range } = record;
  const inFile = toSource(source, textOffset);
  const isParagraph = range[1] - range[0] === text.length; // a JSONL line has at least quotes around its text
  const lineStart = isParagraph && textOffset > 0 ? text.lastIndexOf('\n', textOffset - 1) + 1 : 0;
  if (lineStart === 0) {
    return { line: record.line, column: inFile - range[0] + 1 };
  }
  const lineFeeds = text.slice(0, lineStart).split('\n').length - 1;
  return { line: record.line + lineFeeds, column: textOffset - lineStart + 1 };
}
