import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import type { AnalysisStore } from '../host/analysisStore';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { dropRange } from './dropRange';

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
