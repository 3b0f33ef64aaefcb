import type { TextDocument } from 'vscode';
import { type ReadingPoint, RecordReader } from '../core/records/readRecords';
import type { RecordScores } from '../core/score/leak';
import type { ChangedRead, Edit, FileAnalysis } from './fileAnalysis';

/** VS Code's `EndOfLine.CRLF`, which is there at run time only within VS Code. */
const CRLF: TextDocument['eol'] = 2;

/** Lines of a table that are read at each key to find out whether its rows are still parted as they were. */
const LINES_PER_KEY = 500;

type Lines = Pick<TextDocument, 'version' | 'lineCount' | 'eol' | 'lineAt' | 'offsetAt' | 'positionAt'>;

/** Follows edits at once: what they touch loses its scores, in a table also whatever may be another row because of them. */
export function followEdits(document: Lines, analysis: FileAnalysis, edits: readonly Edit[]): void {
  analysis.applyEdits(edits);
  if (!isTable(analysis)) {
    return;
  }
  const read = readChanged(document, analysis, LINES_PER_KEY);
  if (read === null) {
    analysis.distrust(analysis.indexAt(analysis.changed?.[0] ?? 0), analysis.records.length);
    return;
  }
  const rows = new Map(read.records.map(({ range: [start, end] }) => [start, end]));
  for (let index = read.from; index < read.to; index++) {
    const entry = analysis.records[index];
    if (entry !== undefined && rows.get(entry.start) !== entry.end) {
      analysis.distrust(index, index + 1);
    }
  }
}

/**
 * Reads the records of a document again that edits have changed, so that a key in a long file costs no more than in a short one. All others
 * stay the objects that they are.
 * @returns false: it cannot be told what that is; nothing was done, and the whole document has to be read
 */
export function rereadRecords(
  document: Lines,
  analysis: FileAnalysis,
  known: (text: string) => RecordScores | undefined,
): boolean {
  const read = readChanged(document, analysis);
  if (read === null) {
    return false;
  }
  analysis.replaceRecords(read, document, known);
  return true;
}

/**
 * Reads from a place between two records in front of all edits to one behind them: from where the file goes on with the same text, read in
 * the same state, it goes on with the same records.
 * @returns null: there is no such place in front of the edits, or not within so many lines
 */
function readChanged(
  document: Lines,
  analysis: FileAnalysis,
  mostLines = Number.POSITIVE_INFINITY,
): ChangedRead | null {
  const { changed, format, records, project } = analysis;
  if (changed === null) {
    return null;
  }
  const last = document.positionAt(changed[1]).line;
  const from = pointBefore(document, analysis, document.positionAt(changed[0]).line);
  if (from === null) {
    return null;
  }
  const reader = new RecordReader(format, project.corpus.textField, from);
  let to = from.index;
  let line = from.line;
  for (; line < document.lineCount; line++) {
    const start = startOf(document, line);
    if (line > last && reader.point !== null) {
      to = nextUntouched(analysis, to, start);
      if (format === 'jsonl' || records[to]?.start === start) {
        break;
      }
    }
    if (line - from.line >= mostLines) {
      return null;
    }
    pushLine(reader, document, line);
  }
  reader.finish();
  return {
    ...reader.take(),
    from: from.index,
    to: line < document.lineCount ? to : records.length,
    lines: [from.line, line],
  };
}

/** The nearest place between two records from which on everything is read that edits may have changed; the first of them is in the line `first`. */
function pointBefore(document: Lines, analysis: FileAnalysis, first: number): ReadingPoint | null {
  const { format, records } = analysis;
  if (format === 'jsonl') {
    const offset = startOf(document, first);
    return { index: analysis.indexAt(offset), line: first, offset, header: null };
  }
  const start = isTable(analysis) ? pointBehindHeader(document, analysis, first) : START;
  if (start === null) {
    return null;
  }
  // What parts a paragraph from the next must stand in front of the edits too.
  const gap = format === 'text' ? 1 : 0;
  for (let index = analysis.indexAt(startOf(document, first)); index > 0; index--) {
    const entry = records[index - 1];
    const line = entry && document.positionAt(entry.end).line + 1;
    if (line !== undefined && entry?.edited === false && line + gap <= first) {
      return { index, line, offset: startOf(document, line), header: start.header };
    }
  }
  return start;
}

const START: ReadingPoint = { index: 0, line: 0, offset: 0, header: null };

/** The place behind a table's first row; null where edits may have changed that, and where it is none. */
function pointBehindHeader(document: Lines, { format, project }: FileAnalysis, first: number): ReadingPoint | null {
  const reader = new RecordReader(format, project.corpus.textField);
  for (let line = 0; line < first && reader.point === null; line++) {
    pushLine(reader, document, line);
  }
  return reader.point;
}

/** The first record from an index on that edits have not touched and that starts at an offset or behind it. */
function nextUntouched({ records }: FileAnalysis, from: number, offset: number): number {
  let index = from;
  for (
    let entry = records[index];
    entry !== undefined && (entry.edited || entry.start < offset);
    entry = records[index]
  ) {
    index++;
  }
  return index;
}

function pushLine(reader: RecordReader, document: Lines, line: number): void {
  const { text } = document.lineAt(line);
  if (line < document.lineCount - 1) {
    reader.push(text + (document.eol === CRLF ? '\r\n' : '\n'));
  } else if (text !== '') {
    reader.push(text);
  }
}

function startOf(document: Lines, line: number): number {
  return document.offsetAt(document.lineAt(line).range.start);
}

function isTable({ format }: FileAnalysis): boolean {
  return format === 'csv' || format === 'tsv';
}
