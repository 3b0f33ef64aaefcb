import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import type { AnalysisStore } from '../host/analysisStore';
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
}

/** Moves the cursor from mark to mark, and to places chosen in the Leaks view. */
export class Navigation implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly store: AnalysisStore,
    errors: ErrorReporter,
  ) {
    this.#subscriptions = [
      errors.command(Commands.nextLeak, () => this.#step(1)),
      errors.command(Commands.previousLeak, () => this.#step(-1)),
      errors.command(Commands.revealLeak, (place: LeakPlace) => this.#reveal(place)),
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
      vscode.window.setStatusBarMessage('Seep: no leaks in this file', 3000);
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

  async #reveal({ uri, record, start, end }: LeakPlace): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const entry = this.store.get(document.uri)?.records[record];
    if (entry === undefined || entry.edited || entry.record.text.length < end) {
      throw new SeepError('record', 'This record has changed since it was scanned. Scan the file again.');
    }
    const editor = await vscode.window.showTextDocument(document);
    select(editor, ...entry.toDocument(start, end));
  }
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
