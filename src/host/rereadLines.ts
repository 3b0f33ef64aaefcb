import type { TextDocument } from 'vscode';
import { RecordReader } from '../core/records/readRecords';
import type { RecordScores } from '../core/score/leak';
import type { FileAnalysis } from './fileAnalysis';

/** VS Code's `EndOfLine.CRLF`, which is there at run time only within VS Code. */
const CRLF: TextDocument['eol'] = 2;

/**
 * Reads the lines of a JSONL document again that edits have changed, so that a key in a long file costs no more than in a short one: only
 * where all other records stay what they are, their numbers included.
 * @returns whether that was so; else nothing was done, and the whole document has to be read
 */
export function rereadLines(
  document: Pick<TextDocument, 'version' | 'lineCount' | 'eol' | 'lineAt' | 'offsetAt' | 'positionAt'>,
  analysis: FileAnalysis,
  known: (text: string) => RecordScores | undefined,
): boolean {
  const { changed, format } = analysis;
  if (changed === null || format !== 'jsonl' || document.lineCount !== analysis.lineCount) {
    return false;
  }
  const [first, last] = changed.map((offset) => document.positionAt(offset).line) as [number, number];
  const start = document.offsetAt(document.lineAt(first).range.start);
  const from = { index: analysis.indexAt(start), line: first, offset: start, header: null };
  const reader = new RecordReader(format, analysis.project.corpus.textField, from);
  for (let line = first; line <= last; line++) {
    reader.push(document.lineAt(line).text + (document.eol === CRLF ? '\r\n' : '\n'));
  }
  reader.finish();
  const end = document.offsetAt(document.lineAt(last).range.end);
  return analysis.replaceRecords(reader.take(), { range: [start, end], lines: [first + 1, last + 1], document, known });
}
