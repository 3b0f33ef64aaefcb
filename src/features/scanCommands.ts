import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Project } from '../client/project';
import { SeepError } from '../core/errors';
import { documentFormatOf, formatOf, READABLE_DOCUMENT } from '../core/records/corpusFormat';
import { count } from '../core/report/closingWords';
import type { AnalysisStore } from '../host/analysisStore';
import { chooseProject } from '../host/chooseProject';
import type { Controller } from '../host/controller';
import { isCancelled } from '../host/errorActions';
import type { ErrorReporter } from '../host/errors';
import { Commands, Views } from '../host/ids';
import type { Projects } from '../host/projects';

export function registerScanCommands(
  controller: Controller,
  store: AnalysisStore,
  projects: Projects,
  errors: ErrorReporter,
): vscode.Disposable {
  return vscode.Disposable.from(
    errors.command(Commands.scanFile, async (uri?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      // The explorer hands over what was clicked and all that is selected.
      for (const each of selected !== undefined && selected.length > 1 ? selected : [uri]) {
        await controller.scan(await documentOf(each));
      }
    }),
    errors.command(Commands.scanCorpus, async () => {
      const project = await projects.load(await chooseProject(projects, 'Scan the corpus of which project?'));
      await scanCorpus(controller, store, project, await projects.corpusFiles(project));
    }),
    errors.command(Commands.cancelScan, (uri?: vscode.Uri) => controller.cancel(uri)),
    errors.command(Commands.clearMarks, (uri?: vscode.Uri) => {
      const target = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (target) {
        controller.clear(target);
      }
    }),
  );
}

/** The document of a uri, or the active one. Opens no editor. */
export async function documentOf(uri: vscode.Uri | undefined): Promise<vscode.TextDocument> {
  if (uri === undefined) {
    const active = vscode.window.activeTextEditor?.document;
    if (active === undefined) {
      throw new SeepError('usage', `Open ${READABLE_DOCUMENT} first, then scan it.`);
    }
    return active;
  }
  if (formatOf(uri.path) !== null && documentFormatOf(uri.path) === null) {
    throw new SeepError(
      'file',
      `VS Code does not show ${vscode.workspace.asRelativePath(uri)} as text. For packed files and Parquet use "seep scan" in a terminal.`,
    );
  }
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SeepError(
      'file',
      `VS Code does not open ${vscode.workspace.asRelativePath(uri)} as text (${reason}). For files above 50 MB use "seep scan" in a terminal.`,
    );
  }
}

/** One file after the other, without opening editors. Files that cannot be read are named at the end. */
async function scanCorpus(
  controller: Controller,
  store: AnalysisStore,
  project: Project,
  files: readonly string[],
): Promise<void> {
  if (files.length === 0) {
    throw new SeepError(
      'config',
      `The corpus globs of ${vscode.workspace.asRelativePath(project.configPath ?? project.root)} match no file. Mend corpus.include there.`,
      project.configPath ?? undefined,
    );
  }
  const unread: string[] = [];
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Seep', cancellable: true },
    async (progress, cancellation) => {
      for (const [i, file] of files.entries()) {
        if (cancellation.isCancellationRequested) {
          return;
        }
        progress.report({ message: `${basename(file)} (${i + 1} of ${files.length})`, increment: 100 / files.length });
        const uri = vscode.Uri.file(file);
        const cancel = cancellation.onCancellationRequested(() => controller.cancel(uri));
        try {
          await controller.scan(await documentOf(uri), { again: false });
        } catch (error) {
          if (isCancelled(error)) {
            return;
          }
          if (!(error instanceof SeepError) || error.code !== 'file') {
            throw error;
          }
          unread.push(error.message);
        } finally {
          cancel.dispose();
        }
      }
    },
  );
  if (unread.length > 0) {
    throw new SeepError('file', unread.join('\n'));
  }
  void announce(store, files);
}

async function announce(store: AnalysisStore, files: readonly string[]): Promise<void> {
  const found = files.flatMap((file) => store.get(vscode.Uri.file(file)) ?? []);
  const leaks = found.reduce((sum, analysis) => sum + analysis.tally().totals.leaks, 0);
  const facts = new Set(
    found.flatMap(({ records }) => records.flatMap((entry) => entry.leaks.map(({ fact }) => fact))),
  );
  const text = `Seep: ${count(leaks, 'leak')} of ${count(facts.size, 'fact')} in ${count(found.length, 'file')}.`;
  const show = 'Show Leaks';
  if ((await vscode.window.showInformationMessage(text, show)) === show) {
    await vscode.commands.executeCommand(`${Views.leaks}.focus`);
  }
}
