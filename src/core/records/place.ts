import type { CorpusRecord } from './record';
import { toSource } from './sourceMap';

/** 1-based line and column (UTF-16 units) in the file of an offset in a record's text. */
export function placeInFile(record: CorpusRecord, textOffset: number): { line: number; column: number } {
  const { text, source, textStart, hasFileLines } = record;
  const inFile = toSource(source, textOffset);
  const lineStart = hasFileLines && textOffset > 0 ? text.lastIndexOf('\n', textOffset - 1) + 1 : 0;
  if (lineStart === 0) {
    return { line: textStart.line, column: inFile - toSource(source, 0) + textStart.column };
  }
  const lineFeeds = text.slice(0, lineStart).split('\n').length - 1;
  return { line: textStart.line + lineFeeds, column: inFile - toSource(source, lineStart) + 1 };
}
