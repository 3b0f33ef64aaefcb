import * as vscode from 'vscode';
import { t } from '../core/l10n';
import { configsInView, doctorReport, gpuReport, providerInForce } from '../host/doctor';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import type { Projects } from '../host/projects';

const SCHEME = 'seep-report';

/**
 * Shows what Seep finds in the editor, the runtime, the models and the forget set, and what GPUs need here. Names no fact's
 * text, so that the reports can go into a bug report. Opens the log.
 */
export function registerDoctor(
  context: vscode.ExtensionContext,
  projects: Projects,
  engines: Engines,
  errors: ErrorReporter,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  /** Text by the report's path. */
  const reports = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const show = async (name: string, examine: (signal: AbortSignal) => Promise<string>) => {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `${name}.txt` });
    const text = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: t('Seep: examining') },
      () => examine(new AbortController().signal),
    );
    reports.set(uri.path, text);
    changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => reports.get(uri.path) ?? '',
    }),
    errors.command(Commands.showLog, () => log.show()),
    errors.command(Commands.doctor, () =>
      show(t('Seep Doctor'), (signal) => examineWorkspace(context, projects, engines, signal)),
    ),
    errors.command(Commands.explainGpu, () =>
      show(t('Seep GPU Setup'), async (signal) => gpuReport(await providerInForce(projects), engines, signal)),
    ),
  );
}

async function examineWorkspace(
  context: vscode.ExtensionContext,
  projects: Projects,
  engines: Engines,
  signal: AbortSignal,
): Promise<string> {
  const version = String((context.extension.packageJSON as { version?: unknown }).version);
  const { isTrusted } = vscode.workspace;
  const blocks = [
    `${t('Seep {0} in VS Code {1}', version, vscode.version)}\n${isTrusted ? t('Workspace trusted') : t('Workspace not trusted; seep.json is not read and no model is loaded')}`,
  ];
  if (isTrusted) {
    const configs = await configsInView(projects);
    if (configs.length === 0) {
      blocks.push(t('No seep.json was found; run "Seep: Create seep.json" or "Seep: Open Demo".'));
    }
    for (const path of configs) {
      blocks.push(await doctorReport(path, version, engines, signal));
    }
  }
  return blocks.join('\n\n');
}
