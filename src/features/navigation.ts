import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { documentFormatOf } from '../core/records/corpusFormat';
import type { FoundLeak } from '../core/report/corpusFindings';
import type { AnalysisStore } from '../host/analysisStore';
import type { Controller } from '../host/controller';
import { fileOf } from '../host/corpusDocuments';
import type { CorpusScans } from '../host/corpusScans';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { isRecordDocument, recordAddress } from '../host/recordUri';
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
  /** 1-based line of the record, for texts that VS Code does not hand to extensions. */
  readonly line?: number;
}

/** A place that is known by its line alone. */
export interface LinePlace {
  readonly uri: string;
  /** 1-based. */
  readonly line: number;
}

/** Moves the cursor from mark to mark, from record to record of a file that is shown record by record, and to places that were chosen. */
export class Navigation implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly store: AnalysisStore,
    private readonly controller: Controller,
    private readonly scans: CorpusScans,
    errors: ErrorReporter,
  ) {
    this.#subscriptions = [
      errors.command(Commands.nextLeak, () => this.#step(1)),
      errors.command(Commands.previousLeak, () => this.#step(-1)),
      errors.command(Commands.nextRecord, () => this.#stepRecord(1)),
      errors.command(Commands.previousRecord, () => this.#stepRecord(-1)),
      errors.command(Commands.revealLeak, (place: LeakPlace | LinePlace) => this.#reveal(place)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  /** Behind the last mark comes the first, or the first of the next record where a file is shown record by record. */
  async #step(direction: 1 | -1): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const places = editor ? this.#marks(editor.document) : [];
    const cursor = editor?.document.offsetAt(editor.selection.active) ?? 0;
    const next = direction === 1 ? places.find((place) => place > cursor) : places.findLast((place) => place < cursor);
    const other = editor && next === undefined ? await this.#otherRecord(editor, direction) : null;
    if (other) {
      await this.#stepInto(other, direction);
      return;
    }
    const target = next ?? (direction === 1 ? places[0] : places.at(-1));
    if (editor === undefined || target === undefined) {
      tell(t('Seep: no leaks in this file'));
      return;
    }
    select(editor, target);
  }

  /** Goes to the first mark of a record, or to the last. */
  async #stepInto(place: LeakPlace, direction: 1 | -1): Promise<void> {
    const editor = await this.#reveal(place);
    if (editor !== undefined) {
      await this.controller.scan(editor.document, { again: false });
      const marks = this.#marks(editor.document);
      select(editor, (direction === 1 ? marks[0] : marks.at(-1)) ?? 0);
    }
  }

  /** Goes to the worst leak of the next record that leaks. */
  async #stepRecord(direction: 1 | -1): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const other = editor && (await this.#otherRecord(editor, direction));
    if (other) {
      await this.#reveal(other);
    } else {
      tell(t('Seep: no other record is known to leak; scan the corpus to go from record to record'));
    }
  }

  /** The worst leak of the nearest record of the same file that a scan of the corpus has found leaking; null: it knows of none. */
  async #otherRecord({ document: { uri } }: vscode.TextEditor, direction: 1 | -1): Promise<LeakPlace | null> {
    const address = recordAddress(uri);
    const found = address && (await this.scans.about(uri)?.records?.neighbour(address.file, address.index, direction));
    return found ? leakPlaceOf(found.worst) : null;
  }

  /** Where marks begin, in order. */
  #marks({ uri }: vscode.TextDocument): readonly number[] {
    const analysis = this.store.get(uri);
    return [...new Set(analysis ? marksOf(analysis).map(({ start }) => start) : [])].sort((a, b) => a - b);
  }

  /** Undefined where VS Code shows a file by itself and hands out no text. */
  async #reveal(place: LeakPlace | LinePlace): Promise<vscode.TextEditor | undefined> {
    const document = await this.#documentOf(place);
    if (document === null) {
      await vscode.commands.executeCommand('vscode.open', fileUri(place), { selection: lineRange(place.line ?? 1) });
      return undefined;
    }
    if (!('record' in place)) {
      const editor = await vscode.window.showTextDocument(document, columnFor(document));
      const line = isRecordDocument(document.uri) ? 1 : place.line;
      select(editor, document.offsetAt(document.validateRange(lineRange(line)).start));
      return editor;
    }
    const { record, start, end, text = '' } = place;
    const { records } = this.store.get(document.uri) ?? (await this.controller.read(document));
    const entry = records.find((each) => each.record.index === record);
    const isSame = entry !== undefined && !entry.edited && entry.record.text.length >= end;
    if (!isSame || !entry.record.text.startsWith(text, start)) {
      throw new SeepError('record', t('This record has changed since it was scanned. Scan the file again.'));
    }
    const editor = await vscode.window.showTextDocument(document, columnFor(document));
    select(editor, ...entry.toDocument(start, end));
    return editor;
  }

  /** The file's text, or that of the record alone; null where VS Code has the text and does not hand it out. */
  async #documentOf(place: LeakPlace | LinePlace): Promise<vscode.TextDocument | null> {
    const uri = fileUri(place);
    if (uri.scheme !== 'file') {
      return vscode.workspace.openTextDocument(uri);
    }
    try {
      const at = 'record' in place ? { index: place.record } : { line: place.line };
      return await this.store.records.documentFor(uri.fsPath, at);
    } catch (error) {
      // There is no record at a line that could not be read, but VS Code may show the line.
      const isShown = documentFormatOf(uri.path) !== null && !('record' in place);
      if (error instanceof SeepError && !(isShown && error.code === 'record')) {
        throw error;
      }
      return null;
    }
  }
}

/** A record that was shown by itself is looked for in its file again. */
function fileUri({ uri }: LeakPlace | LinePlace): vscode.Uri {
  const given = vscode.Uri.parse(uri);
  return isRecordDocument(given) ? fileOf(given) : given;
}

function leakPlaceOf({ record, leak, token }: FoundLeak): LeakPlace {
  const uri = vscode.Uri.file(record.file).toString();
  return { uri, record: record.index, start: leak.start, end: leak.end, text: token, line: record.line };
}

function tell(words: string): void {
  vscode.window.setStatusBarMessage(words, 3000);
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
function select(editor: vscode.TextEditor, start: number, end = start): void {
  const from = editor.document.positionAt(start);
  editor.selection = new vscode.Selection(from, from);
  editor.revealRange(
    new vscode.Range(from, editor.document.positionAt(end)),
    vscode.TextEditorRevealType.InCenterIfOutsideViewport,
  );
}
