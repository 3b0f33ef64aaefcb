import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { t } from '../core/l10n';
import { chooseProject } from '../host/chooseProject';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import type { Probe } from '../host/probe';
import type { Probes } from '../host/probes';
import { withProgress } from '../host/progress';
import { type Projects, projectName, requireTrust, shownPath } from '../host/projects';
import { WebviewPage } from '../host/webviewPage';
import { FromProbe, type ProbeScope, savedProbe, type ToProbe } from '../protocol/probe';
import { probeSnapshot } from './probeSnapshot';

/** How often the page hears how far the work is, and how often it is shown what was answered meanwhile. */
const PROGRESS_MS = 100;
const WHOLE_EVERY_MS = 1000;

/** Probes of models, and the page that shows the newest one. */
export class ProbePage implements vscode.Disposable {
  readonly page: WebviewPage<ToProbe, FromProbe>;
  readonly #subscriptions: vscode.Disposable[];
  #scope: ProbeScope | undefined;
  #toldAt = 0;
  #sentAt = 0;

  constructor(
    extensionUri: vscode.Uri,
    private readonly probes: Probes,
    private readonly projects: Projects,
    errors: ErrorReporter,
  ) {
    this.page = new WebviewPage<ToProbe, FromProbe>(
      extensionUri,
      { name: 'probe', title: t('Model Probe'), messages: FromProbe },
      {
        receive: (message) => this.#receive(message),
        restored: (state) => {
          this.#scope = savedProbe(state) ?? this.#scope;
        },
      },
      errors,
    );
    this.#subscriptions = [
      this.page,
      errors.command(Commands.probeModels, () => this.#probe()),
      probes.onDidChange((probe) => this.#update(probe)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  async #probe(): Promise<void> {
    requireTrust();
    const configPath = await chooseProject(this.projects, t('Probe the models of which project?'));
    const further = this.#scope?.configPath === configPath ? this.#scope.further : [];
    await this.#run({ configPath, further });
  }

  async #run(scope: ProbeScope): Promise<void> {
    requireTrust();
    this.#scope = scope;
    this.page.show(vscode.ViewColumn.Active, false);
    try {
      await withProgress(t('Seep: probing the models'), (signal, onProgress) =>
        this.probes.run(scope, signal, onProgress),
      );
    } finally {
      this.#send();
    }
  }

  #receive(message: FromProbe): unknown {
    switch (message.type) {
      case 'ready':
        return this.#send();
      case 'run':
        return this.#scope === undefined ? this.#probe() : this.#run(this.#scope);
      case 'cancel':
        return this.#scope && this.probes.cancel(this.#scope.configPath);
      case 'add':
        return this.#add();
      case 'remove':
        return this.#scope && this.#run({ ...this.#scope, further: without(this.#scope.further, message.folder) });
      case 'open':
        return this.#open(message.fact);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
    }
  }

  /** Asks for folders of further models, and asks them too. */
  async #add(): Promise<void> {
    const scope = this.#scope;
    if (scope === undefined) {
      return;
    }
    const folders = await vscode.window.showOpenDialog({
      title: t('Model Folders to Probe as Well'),
      openLabel: t('Probe'),
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: true,
      defaultUri: vscode.Uri.file(dirname(scope.further.at(-1) ?? scope.configPath)),
    });
    if (folders !== undefined && folders.length > 0) {
      await this.#run({ ...scope, further: [...scope.further, ...folders.map(({ fsPath }) => fsPath)] });
    }
  }

  /** Opens the forget set at a fact. */
  async #open(id: string): Promise<void> {
    const probe = this.#current();
    const fact = probe?.project.facts.find((each) => each.id === id);
    if (probe !== undefined && fact !== undefined) {
      const start = new vscode.Position(fact.line - 1, 0);
      const uri = vscode.Uri.file(probe.project.forgetSetPath);
      await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
    }
  }

  /** The probe that the page is about, where it is known. */
  #current(): Probe | undefined {
    const probe = this.#scope && this.probes.of(this.#scope.configPath);
    return probe !== undefined && String(probe.scope.further) === String(this.#scope?.further) ? probe : undefined;
  }

  #update(probe: Probe): void {
    if (probe !== this.#current() || !this.page.isOpen) {
      return;
    }
    const now = Date.now();
    if (probe.activity.kind !== 'asking' || now - this.#sentAt >= WHOLE_EVERY_MS) {
      this.#send();
    } else if (now - this.#toldAt >= PROGRESS_MS) {
      this.#toldAt = now;
      this.page.post({ type: 'progress', activity: probe.activity });
    }
  }

  #send(): void {
    const probe = this.#current();
    if (probe !== undefined) {
      this.#sentAt = Date.now();
      this.page.post({ type: 'snapshot', snapshot: probeSnapshot(probe, projectName(probe.project.root), shownPath) });
    } else {
      this.page.post({ type: 'message', ...this.#words() });
    }
  }

  #words(): { readonly text: string; readonly action: string } {
    const scope = this.#scope;
    return scope === undefined
      ? {
          text: t('A probe asks each model the prompts of the forget set: which one still knows what.'),
          action: t('Probe the Models'),
        }
      : {
          text: t(
            'The models of {0} were not probed since the window was opened. What they answered before need not be asked again.',
            shownPath(scope.configPath),
          ),
          action: t('Probe the Models'),
        };
  }
}

function without(folders: readonly string[], folder: string): string[] {
  return folders.filter((each) => each !== folder);
}
