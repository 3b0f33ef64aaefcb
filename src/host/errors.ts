import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { actionsFor, type ErrorAction, isCancelled, placeIn } from './errorActions';
import { type CommandId, Commands } from './ids';

const LABELS: Readonly<Record<ErrorAction, string>> = {
  showLog: t('Show Log'),
  openFile: t('Open File'),
  manageTrust: t('Manage Workspace Trust'),
  openDemo: t('Open Demo'),
  createConfig: t('Create seep.json'),
  restartEngine: t('Restart Engine'),
  explainGpu: t('Explain GPU Setup'),
};

/** The single place where errors reach people. Messages of SeepErrors are shown as they are; anything else is a bug. */
export class ErrorReporter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Registers a command whose failures are reported here. `run` may throw or reject. */
  command<A extends unknown[]>(id: CommandId, run: (...args: A) => unknown): vscode.Disposable {
    return vscode.commands.registerCommand(id, (...args: A) => this.guard(id, () => run(...args)));
  }

  /** Runs `work`; what it throws is reported and swallowed, since nobody further up could do better. */
  async guard<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.report(what, error);
      return undefined;
    }
  }

  /** Cancelled is silent. Does not wait for the person to react. */
  report(what: string, error: unknown): void {
    if (isCancelled(error)) {
      this.log.debug(`${what}: cancelled`);
      return;
    }
    const expected = error instanceof SeepError;
    if (expected) {
      this.log.warn(`${what}: ${error.message}`);
    } else {
      this.log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    const text = expected ? error.message : t('Seep ran into a bug ({0}). The log has the details.', what);
    const actions = actionsFor(error);
    const show = expected ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
    void show(text, ...actions.map((action) => LABELS[action])).then((picked) => {
      const action = actions.find((candidate) => LABELS[candidate] === picked);
      if (action !== undefined) {
        void this.guard(what, () => this.#act(action, error));
      }
    });
  }

  #act(action: ErrorAction, error: unknown): unknown {
    switch (action) {
      case 'showLog':
        return this.log.show();
      case 'openFile':
        return error instanceof SeepError && error.file !== undefined
          ? openAt(error.file, placeIn(error.message))
          : undefined;
      case 'manageTrust':
        return vscode.commands.executeCommand('workbench.trust.manage');
      case 'openDemo':
        return vscode.commands.executeCommand(Commands.openDemo);
      case 'createConfig':
        return vscode.commands.executeCommand(Commands.createConfig);
      case 'restartEngine':
        return vscode.commands.executeCommand(Commands.restartEngine);
      case 'explainGpu':
        return vscode.commands.executeCommand(Commands.explainGpu);
    }
  }
}

async function openAt(file: string, place: { line: number; column: number } | null): Promise<void> {
  const position = new vscode.Position(Math.max(0, (place?.line ?? 1) - 1), Math.max(0, (place?.column ?? 1) - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}
