import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { formatOf } from '../core/records/corpusFormat';
import { REPORT_FORMATS, type ReportFormat } from '../core/report/formats/reportFormat';
import { chooseProject } from '../host/chooseProject';
import type { CorpusScope } from '../host/corpusScan';
import type { Engines } from '../host/engines';
import { NoProjectError } from '../host/errorActions';
import type { ErrorReporter } from '../host/errors';
import { Commands, REPORT_EDITOR } from '../host/ids';
import { withProgress } from '../host/progress';
import { type Projects, requireTrust, shownPath } from '../host/projects';
import { exportReport, type ReportScope } from '../host/reportExport';
import { announceExport } from './announceExport';

/**
 * Scans a file or a corpus and writes a report that can be given to somebody. It is about the file or folder that the explorer hands over,
 * about what the summary page shows, or about what people choose. Other programs may name the file to write.
 */
export function registerReport(
  projects: Projects,
  engines: Engines,
  errors: ErrorReporter,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return errors.command(Commands.exportReport, async (about?: vscode.Uri | CorpusScope, into?: unknown) => {
    requireTrust();
    const scope = await scopeOf(projects, about);
    const format = await chooseFormat();
    const showAnswers = await chooseAnswers();
    // The explorer hands over what is selected in this place.
    const target = into instanceof vscode.Uri ? into : await chooseTarget(scope, format);
    const outcome = await withProgress(t('Seep: writing a report'), (signal, onProgress) =>
      exportReport({ format, scope, target, showAnswers }, projects, engines, { signal, onProgress, log }),
    );
    announceExport(outcome, t('Open Report'), () => open(target, format), errors);
  });
}

async function scopeOf(projects: Projects, about: vscode.Uri | CorpusScope | undefined): Promise<ReportScope> {
  if (about === undefined) {
    return chooseScope(projects);
  }
  if (!(about instanceof vscode.Uri)) {
    const { configPath, folder, files } = about;
    if (files !== undefined) {
      return { configPath, part: { kind: 'files', paths: files } };
    }
    return { configPath, part: folder === null ? null : { kind: 'folder', path: folder } };
  }
  const path = about.fsPath;
  const isFolder = (await stat(path)).isDirectory();
  const configPath = isFolder ? await projects.findForFolder(about) : await projects.find(about);
  if (configPath === null) {
    throw new NoProjectError(shownPath(path));
  }
  if (!isFolder) {
    return { configPath, part: { kind: 'files', paths: [path] } };
  }
  return { configPath, part: path === dirname(configPath) ? null : { kind: 'folder', path } };
}

async function chooseScope(projects: Projects): Promise<ReportScope> {
  const configPath = await chooseProject(projects, t('Report on the corpus of which project?'));
  const whole: ReportScope = { configPath, part: null };
  const active = vscode.window.activeTextEditor?.document.uri;
  const isCorpus = active?.scheme === 'file' && formatOf(active.fsPath) !== null;
  if (active === undefined || !isCorpus || (await projects.find(active)) !== configPath) {
    return whole;
  }
  const one: ReportScope = { configPath, part: { kind: 'files', paths: [active.fsPath] } };
  const items = [
    { label: t('This file'), description: shownPath(active.fsPath), scope: one },
    { label: t('The whole corpus'), description: shownPath(configPath), scope: whole },
  ];
  return chosen(await vscode.window.showQuickPick(items, { title: t('Report on what?') })).scope;
}

async function chooseFormat(): Promise<ReportFormat> {
  const items = REPORT_FORMATS.map((format) => ({ label: format.title, description: format.use, format }));
  return chosen(await vscode.window.showQuickPick(items, { title: t('Which form shall the report have?') })).format;
}

async function chooseAnswers(): Promise<boolean> {
  const items = [
    { label: t('Leave answers out'), description: t('facts are named by their ids'), show: false },
    { label: t('Name the answers'), description: t('the report then tells what was to be forgotten'), show: true },
  ];
  return chosen(await vscode.window.showQuickPick(items, { title: t('Shall the report name subjects and answers?') }))
    .show;
}

async function chooseTarget({ configPath, part }: ReportScope, { ending }: ReportFormat): Promise<vscode.Uri> {
  const named = part?.kind === 'files' ? (part.paths.length === 1 ? part.paths[0] : undefined) : part?.path;
  const stem = named === undefined ? 'seep-report' : `${basename(named)}.report`;
  const defaultUri = vscode.Uri.joinPath(vscode.Uri.file(dirname(configPath)), `${stem}${ending}`);
  return chosen(await vscode.window.showSaveDialog({ title: t('Export Report'), defaultUri }));
}

/** Shows a report as what it is, not as its source. */
function open(target: vscode.Uri, { id }: ReportFormat): Thenable<unknown> {
  switch (id) {
    case 'html':
      return vscode.commands.executeCommand('vscode.openWith', target, REPORT_EDITOR);
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
