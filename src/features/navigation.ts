import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { documentFormatOf, formatOf } from '../core/records/corpusFormat';
import type { AnalysisStore } from '../host/analysisStore';
import type { Controller } from '../host/controller';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { marksOf } from './marks';

/** Where a leak is, in a form that survives in a command's arguments. */
export interface LeakPlace {
  readonly uri: string;
  /** Index among the file's records. */
  readonly record: number;
  /** UTF-16 range in the record's text. */
  readonly start: number;
  readonly end: number;
  /** What stood at `start` when the record was scanned, where the file may have changed since. */
  readonly text?: string;
  /** 1-based line of the record, for files that VS Code does not hand to extensions. */
  readonly line?: number;
}

/** A place that is known by its line alone. */
export interface LinePlace {
  readonly uri: string;
  /** 1-based. */
  readonly line: number;
}

/** Moves the cursor from mark to mark, and to places chosen in the Leaks view. */
export class Navigation implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly store: AnalysisStore,
    private readonly controller: Controller,
    errors: ErrorReporter,
  ) {
    this.#subscriptions = [
      errors.command(Commands.nextLeak, () => this.#step(1)),
      errors.command(Commands.previousLeak, () => this.#step(-1)),
      errors.command(Commands.revealLeak, (place: LeakPlace | LinePlace) => this.#reveal(place)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  /** Goes round: behind the last mark comes the first. */
  #step(direction: 1 | -1): void {
    const editor = vscode.window.activeTextEditor;
    const analysis = editor && this.store.get(editor.document.uri);
    const places = [...new Set(analysis ? marksOf(analysis).map(({ start }) => start) : [])].sort((a, b) => a - b);
    if (editor === undefined || places.length === 0) {
      vscode.window.setStatusBarMessage(t('Seep: no leaks in this file'), 3000);
      return;
    }
    const cursor = editor.document.offsetAt(editor.selection.active);
    const target =
      direction === 1
        ? (places.find((place) => place > cursor) ?? places[0])
        : (places.findLast((place) => place < cursor) ?? places.at(-1));
    if (target !== undefined) {
      select(editor, target, target);
    }
  }

  async #reveal(place: LeakPlace | LinePlace): Promise<void> {
    const uri = vscode.Uri.parse(place.uri);
    if (formatOf(uri.path) !== null && documentFormatOf(uri.path) === null) {
      const where = t('{0}, line {1}', vscode.workspace.asRelativePath(uri), place.line ?? 1);
      throw new SeepError('file', t('{0}: VS Code does not show packed files and Parquet as text.', where));
    }
    const document = await textAt(uri);
    if (document === null) {
      await vscode.commands.executeCommand('vscode.open', uri, { selection: lineRange(place.line ?? 1) });
      return;
    }
    if (!('record' in place)) {
      const editor = await vscode.window.showTextDocument(document, columnFor(document));
      const { start } = editor.document.validateRange(lineRange(place.line));
      select(editor, editor.document.offsetAt(start), editor.document.offsetAt(start));
      return;
    }
    const { record, start, end, text = '' } = place;
    const { records } = this.store.get(uri) ?? (await this.controller.read(document));
    const entry = records[record];
    const isSame = entry !== undefined && !entry.edited && entry.record.text.length >= end;
    if (!isSame || !entry.record.text.startsWith(text, start)) {
      throw new SeepError('record', t('This record has changed since it was scanned. Scan the file again.'));
    }
    const editor = await vscode.window.showTextDocument(document, columnFor(document));
    select(editor, ...entry.toDocument(start, end));
  }
}

/** Null where VS Code does not hand the file to extensions: because it is too large, or no text. */
async function textAt(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return null;
  }
}

function lineRange(line: number): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, 0);
}

/** Where the document is on the screen already, else where another text is, so that no page of ours is covered. */
function columnFor(document: vscode.TextDocument): vscode.ViewColumn {
  const editors = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
  const editor = editors.find((each) => each.document === document) ?? vscode.window.activeTextEditor ?? editors[0];
  const onPage = vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview;
  return editor?.viewColumn ?? (onPage ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
}

/** Puts the cursor at `start` and makes the range visible. The cursor stays empty so that typing replaces nothing. */
function select(editor: vscode.TextEditor, start: number, end: number): void {
  const from = editor.document.positionAt(start);
  editor.selection = new vscode.Selection(from, from);
  editor.revealRange(
    new vscode.Range(from, editor.document.positionAt(end)),
    vscode.TextEditorRevealType.InCenterIfOutsideViewport,
  );
}
