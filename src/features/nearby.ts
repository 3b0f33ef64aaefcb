import type { TextDocument, TextEditor } from 'vscode';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';

/** Screens beside what is visible that count as near: so far one scrolls before anything has to be drawn. */
const SCREENS = 2;
/** A folded or very short screen is no measure. */
const MIN_LINES = 100;

/** UTF-16 ranges of the document that an editor shows; folds part them. */
export function visibleIn({ document, visibleRanges }: TextEditor): readonly (readonly [start: number, end: number])[] {
  return visibleRanges.map(({ start, end }) => [document.offsetAt(start), document.offsetAt(end)] as const);
}

/** The records that an editor shows, and those of some screens around them. */
export function recordsNear(editor: TextEditor, analysis: FileAnalysis): readonly RecordAnalysis[] {
  const { document, visibleRanges } = editor;
  const found = new Set<RecordAnalysis>();
  for (const { start, end } of visibleRanges) {
    const lines = Math.max(MIN_LINES, SCREENS * (end.line - start.line));
    const around = [lineStart(document, start.line - lines), lineStart(document, end.line + lines)] as const;
    for (const entry of analysis.between(...around)) {
      found.add(entry);
    }
  }
  return [...found].sort((a, b) => a.start - b.start);
}

/** UTF-16 offset of a line; of one behind the last, the document's end. */
function lineStart(document: TextDocument, line: number): number {
  const last = document.lineCount - 1;
  return document.offsetAt(
    line > last ? document.lineAt(last).range.end : document.lineAt(Math.max(0, line)).range.start,
  );
}
