import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import type { AnalysisStore } from '../host/analysisStore';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';

/** A record, by a document and the UTF-16 offset at which it starts. */
export interface RecordPlace {
  readonly uri: string;
  readonly offset: number;
}

export function registerDropRecord(store: AnalysisStore, errors: ErrorReporter): vscode.Disposable {
  return errors.command(Commands.dropRecord, async ({ uri, offset }: RecordPlace) => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const analysis = store.get(document.uri);
    const entry = analysis?.records.find((each) => each.start === offset);
    if (analysis === undefined || entry === undefined || entry.edited) {
      throw new SeepError('record', 'This record has just been edited. Try again in a moment.');
    }
    const [start, end] = dropRange(document.getText(), entry.start, entry.end, analysis.format);
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)));
    await vscode.workspace.applyEdit(edit);
  });
}

/**
 * What to delete so that the record is gone and its neighbours stay as they are: the line with its line end, or the
 * paragraph with the blank lines behind it (at the end of the file those in front of it). The file keeps a final line end
 * exactly if it had one.
 * @param start UTF-16 range of the record, without a line end
 */
export function dropRange(
  text: string,
  start: number,
  end: number,
  format: 'jsonl' | 'text',
): readonly [start: number, end: number] {
  let to = nextLine(text, end);
  while (format === 'text' && to < text.length && isBlank(text, to)) {
    to = nextLine(text, to);
  }
  if (to < text.length) {
    return [start, to];
  }
  let from = start;
  while (format === 'text' && from > 0 && isBlank(text, previousLine(text, from))) {
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

function isBlank(text: string, lineStart: number): boolean {
  return text.slice(lineStart, nextLine(text, lineStart)).trim() === '';
}
