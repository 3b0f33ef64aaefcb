import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { formatOf } from '../core/records/corpusFormat';
import { REPORT_FORMATS, type ReportFormat } from '../core/report/formats/reportFormat';
import { chooseProject } from '../host/chooseProject';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { withProgress } from '../host/progress';
import type { Projects } from '../host/projects';
import { exportReport, type ReportScope } from '../host/reportExport';

const OPEN = t('Open Report');

/** Scans a file or a corpus and writes a report that can be given to somebody. Other programs may name the file to write. */
export function registerReport(
  projects: Projects,
  engines: Engines,
  errors: ErrorReporter,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return errors.command(Commands.exportReport, async (into?: vscode.Uri) => {
    const scope = await chooseScope(projects);
    const format = await chooseFormat();
    const target = into ?? (await chooseTarget(scope, format));
    const { words, isWarning } = await withProgress(t('Seep: writing a report'), (signal, onProgress) =>
      exportReport(format, scope, target, projects, engines, { signal, onProgress, log }),
    );
    const show = isWarning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    void show(t('Seep: {0}', words), OPEN).then((picked) => (picked === OPEN ? open(target, format) : undefined));
  });
}

async function chooseScope(projects: Projects): Promise<ReportScope> {
  const configPath = await chooseProject(projects, t('Report on the corpus of which project?'));
  const active = vscode.window.activeTextEditor?.document;
  const isCorpus = active?.uri.scheme === 'file' && formatOf(active.uri.fsPath) !== null;
  if (active === undefined || !isCorpus || (await projects.find(active.uri)) !== configPath) {
    return { configPath, file: null };
  }
  const whole = { label: t('The whole corpus'), description: vscode.workspace.asRelativePath(configPath), file: null };
  const one = { label: t('This file'), description: vscode.workspace.asRelativePath(active.uri), file: active.uri };
  const { file } = chosen(await vscode.window.showQuickPick([one, whole], { title: t('Report on what?') }));
  if (file !== null && active.isDirty) {
    throw new SeepError(
      'usage',
      t('{0} has changes that are not saved. Save it first: the report is about the file on disk.', one.description),
    );
  }
  return { configPath, file };
}

async function chooseFormat(): Promise<ReportFormat> {
  const items = REPORT_FORMATS.map((format) => ({ label: format.title, description: format.use, format }));
  return chosen(await vscode.window.showQuickPick(items, { title: t('Which form shall the report have?') })).format;
}

async function chooseTarget({ configPath, file }: ReportScope, { ending }: ReportFormat): Promise<vscode.Uri> {
  const stem = file === null ? 'seep-report' : `${basename(file.path)}.report`;
  const defaultUri = vscode.Uri.joinPath(vscode.Uri.file(dirname(configPath)), `${stem}${ending}`);
  return chosen(await vscode.window.showSaveDialog({ title: t('Export Report'), defaultUri }));
}

/** Shows a report as what it is, not as its source. */
function open(target: vscode.Uri, { id }: ReportFormat): Thenable<unknown> {
  switch (id) {
    case 'html':
      return vscode.env.openExternal(target);
    case 'markdown':
      return vscode.commands.executeCommand('markdown.showPreview', target);
    default:
      return vscode.commands.executeCommand('vscode.open', target);
  }
}

function chosen<T>(answer: T | undefined): T {
  if (answer === undefined) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
  return answer;
}
