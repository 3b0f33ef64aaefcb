import * as vscode from 'vscode';
import type { Controller } from './controller';
import type { ErrorReporter } from './errors';
import type { RecordDocuments } from './recordDocuments';
import { isRecordDocument } from './recordUri';

/** Scans records that are shown by themselves as soon as they are on the screen, and takes their marks away once their file has changed. */
export class RecordView implements vscode.Disposable {
  /** Uris of documents that were scanned: whoever clears their marks does not want them back at once. */
  readonly #scanned = new Set<string>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly records: RecordDocuments,
    private readonly controller: Controller,
    private readonly errors: ErrorReporter,
  ) {
    this.#subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(() => this.#scan()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#scanned.delete(uri.toString())),
      records.onDidOutdate((uri) => controller.clear(uri)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #scan(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      const key = document.uri.toString();
      if (isRecordDocument(document.uri) && this.records.recordIn(document) && !this.#scanned.has(key)) {
        this.#scanned.add(key);
        void this.errors.guard('scan', () => this.controller.scan(document, { again: false }));
      }
    }
  }
}
