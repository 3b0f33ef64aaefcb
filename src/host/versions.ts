import * as vscode from 'vscode';
import type { AnalysisStore } from './analysisStore';
import type { Controller } from './controller';
import { fileOf, isVersion } from './corpusDocuments';
import type { ErrorReporter } from './errors';

/**
 * Has other versions of a scanned file read as well while they are on the screen, so that both sides of a diff are marked. What both
 * say is known already; only what differs is scored.
 */
export class Versions implements vscode.Disposable {
  /** By uri: the settings that a version was read with. */
  readonly #followed = new Map<string, string>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly store: AnalysisStore,
    private readonly controller: Controller,
    private readonly errors: ErrorReporter,
  ) {
    this.#subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(() => this.#follow()),
      store.onDidChange(() => this.#follow()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#followed.delete(uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #follow(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (!isVersion(document.uri)) {
        continue;
      }
      const version = document.uri.toString();
      const file = this.store.get(fileOf(document.uri));
      if (file === undefined) {
        // Its marks go with those of the file.
        if (this.#followed.delete(version)) {
          this.controller.clear(document.uri);
        }
      } else if (
        this.#followed.get(version) !== file.project.hash &&
        file.activity.kind === 'idle' &&
        file.unscored().length === 0
      ) {
        this.#followed.set(version, file.project.hash);
        void this.errors.guard('scan', () => this.controller.scan(document, { again: false }));
      }
    }
  }
}
