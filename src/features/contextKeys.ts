import * as vscode from 'vscode';
import { activeUri } from '../host/activeUri';
import type { AnalysisStore } from '../host/analysisStore';
import type { CorpusScans } from '../host/corpusScans';
import { type ContextKey, ContextKeys } from '../host/ids';
import type { Projects } from '../host/projects';

/** Keeps the context keys that say what the active file and the workspace are; menus and keybindings ask for them. */
export class FileContext implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  readonly #set = new Map<ContextKey, boolean>();

  constructor(
    private readonly store: AnalysisStore,
    private readonly scans: CorpusScans,
    private readonly projects: Projects,
  ) {
    this.#subscriptions = [
      store.onDidChange(() => this.#updateResults()),
      scans.onDidChange(() => this.#updateResults()),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#updateResults();
        void this.#updateProject();
      }),
      // A file whose text VS Code does not hand out is no text editor's.
      vscode.window.tabGroups.onDidChangeTabs(() => void this.#updateProject()),
      vscode.window.tabGroups.onDidChangeTabGroups(() => void this.#updateProject()),
      projects.onDidChange(() => void this.#updateProject()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#updateProject()),
    ];
    this.#updateResults();
    void this.#updateProject();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #updateResults(): void {
    const { files } = this.store;
    const { all } = this.scans;
    const active = vscode.window.activeTextEditor;
    const here = active && this.store.get(active.document.uri);
    this.#put(ContextKeys.fileHasLeaks, here?.records.some(({ leaks }) => leaks.length > 0) ?? false);
    this.#put(ContextKeys.hasResults, files.length > 0 || all.length > 0);
    this.#put(
      ContextKeys.scanning,
      all.some(({ running }) => running) ||
        files.some(({ activity }) => activity.kind === 'loading' || activity.kind === 'scanning'),
    );
  }

  async #updateProject(): Promise<void> {
    const active = activeUri();
    const own = active ? await this.projects.find(active) : null;
    if (active?.toString() === activeUri()?.toString()) {
      this.#put(ContextKeys.projectFile, own !== null);
    }
    this.#put(ContextKeys.hasProject, own !== null || (await this.projects.ofWorkspace()).length > 0);
  }

  #put(key: ContextKey, value: boolean): void {
    if (this.#set.get(key) !== value) {
      this.#set.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  }
}
