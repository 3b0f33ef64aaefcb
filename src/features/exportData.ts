import { basename } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { READABLE_DOCUMENT } from '../core/records/corpusFormat';
import { activeUri } from '../host/activeUri';
import { fileOf } from '../host/corpusDocuments';
import { type Export, exportFile, suggestedTarget } from '../host/corpusExport';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { withProgress } from '../host/progress';
import type { Projects } from '../host/projects';
import { isRecordDocument } from '../host/recordUri';
import { announceExport } from './announceExport';
import { registerReport } from './exportReport';
import { registerReportEditor } from './reportEditor';

/** Exports the active corpus file for training. Other programs may name the files; people choose them. */
export function registerExports(
  projects: Projects,
  engines: Engines,
  errors: ErrorReporter,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const exporting = (kind: Export, title: string) => async (file?: vscode.Uri, into?: vscode.Uri) => {
    const source = sourceOf(file);
    const suggested = await suggestedTarget(kind, source, projects);
    const target = into ?? (await vscode.window.showSaveDialog({ title, defaultUri: suggested }));
    if (target === undefined) {
      throw new SeepError('cancelled', 'Cancelled.');
    }
    const outcome = await withProgress(t('Seep: exporting {0}', basename(source.fsPath)), (signal, onProgress) =>
      exportFile(kind, source, target, projects, engines, { signal, onProgress, log }),
    );
    const open = () => vscode.commands.executeCommand('vscode.open', target);
    announceExport(outcome, t('Open File'), open, errors);
  };
  return vscode.Disposable.from(
    errors.command(Commands.exportRedactions, exporting('redactions', t('Export Redactions'))),
    errors.command(Commands.exportMasks, exporting('masks', t('Export Loss Masks'))),
    errors.command(Commands.exportClean, exporting('clean', t('Export Clean Corpus'))),
    registerReport(projects, engines, errors, log),
    registerReportEditor(errors),
  );
}

/** The file named, else the active one. What is exported is on disk, so nothing may be unsaved. */
function sourceOf(file: vscode.Uri | undefined): vscode.Uri {
  const shown = file ?? activeUri();
  // Of a record that is shown alone the whole file.
  const source = shown !== undefined && isRecordDocument(shown) ? fileOf(shown) : shown;
  if (source === undefined) {
    throw new SeepError('usage', t('Open {0} of the corpus first, then export it.', READABLE_DOCUMENT));
  }
  if (source.scheme !== 'file') {
    const name = basename(source.path);
    throw new SeepError(
      'usage',
      t('{0} is not on disk as it stands here. Save it or open its file, and export that.', name),
    );
  }
  const isDirty = vscode.workspace.textDocuments.some(
    (each) => each.isDirty && each.uri.toString() === source.toString(),
  );
  if (isDirty) {
    const name = vscode.workspace.asRelativePath(source);
    throw new SeepError(
      'usage',
      t('{0} has changes that are not saved. Save it first: the file on disk is exported.', name),
    );
  }
  return source;
}
