import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { groups } from '../core/groups';
import { plural, t } from '../core/l10n';
import { formatOf, READABLE_DOCUMENT } from '../core/records/corpusFormat';
import { leaksOfFacts } from '../core/report/leakWords';
import { paceWords } from '../core/report/scanPace';
import { activeUri } from '../host/activeUri';
import type { AnalysisStore } from '../host/analysisStore';
import { chooseProject } from '../host/chooseProject';
import type { Controller } from '../host/controller';
import { hasNoFile } from '../host/corpusDocuments';
import type { CorpusScan, CorpusScope } from '../host/corpusScan';
import type { CorpusScans } from '../host/corpusScans';
import { NoProjectError } from '../host/errorActions';
import type { ErrorReporter } from '../host/errors';
import { Commands, Views } from '../host/ids';
import { withProgress } from '../host/progress';
import { type Projects, requireTrust, shownPath } from '../host/projects';
import { showsRecordsAlone } from '../host/recordDocuments';
import { RecordView } from '../host/recordView';
import { scopeName } from '../host/scopeName';
import { Versions } from '../host/versions';

export function registerScanCommands(
  store: AnalysisStore,
  controller: Controller,
  scans: CorpusScans,
  projects: Projects,
  errors: ErrorReporter,
): vscode.Disposable {
  void errors.guard('scan', () => offerUnfinished(scans));
  return vscode.Disposable.from(
    new Versions(store, controller, errors),
    new RecordView(store.records, controller, errors),
    errors.command(Commands.scanFile, async (uri?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      // The explorer hands over what was clicked and all that is selected.
      const fromDisk: vscode.Uri[] = [];
      for (const each of selected !== undefined && selected.length > 1 ? selected : [uri ?? activeUri()]) {
        if (each !== undefined && (await isScannedFromDisk(each))) {
          fromDisk.push(each);
          continue;
        }
        const document = await documentOf(each);
        if (hasNoFile(document.uri) && (await projects.find(document.uri)) === null) {
          projects.assign(document.uri, await chooseProject(projects, t('Scan this text with which project?')));
        }
        await controller.scan(document);
      }
      for (const scope of await scopesOfFiles(projects, fromDisk)) {
        await scan(scans, scope);
      }
    }),
    errors.command(Commands.scanCorpus, async (target?: vscode.Uri | CorpusScope) => {
      requireTrust();
      await scan(scans, await scopeOf(projects, target));
    }),
    errors.command(Commands.cancelScan, (uri?: vscode.Uri) => {
      controller.cancel(uri);
      if (uri === undefined) {
        scans.cancel();
      }
    }),
    errors.command(Commands.restartEngine, async () => {
      scans.cancel();
      await controller.restart();
    }),
    errors.command(Commands.clearMarks, (uri?: vscode.Uri) => {
      const target = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (target) {
        controller.clear(target);
      }
    }),
    errors.command(Commands.clearResults, () => {
      controller.clearAll();
      scans.clear();
    }),
  );
}

/** Whether VS Code hands the text of a file to no extension. */
async function isScannedFromDisk(uri: vscode.Uri): Promise<boolean> {
  return uri.scheme === 'file' && formatOf(uri.path) !== null && (await showsRecordsAlone(uri.fsPath));
}

/** The document of a uri. Opens no editor. */
async function documentOf(uri: vscode.Uri | undefined): Promise<vscode.TextDocument> {
  if (uri === undefined) {
    throw new SeepError('usage', t('Open {0} first, then scan it.', READABLE_DOCUMENT));
  }
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SeepError(
      'file',
      t('VS Code does not open {0} as text ({1}).', vscode.workspace.asRelativePath(uri), reason),
    );
  }
}

/** Files whose records are shown one by one, those of a project together: it has one such scan at a time. */
async function scopesOfFiles(projects: Projects, uris: readonly vscode.Uri[]): Promise<CorpusScope[]> {
  const found: { readonly configPath: string; readonly path: string }[] = [];
  for (const uri of uris) {
    requireTrust();
    const configPath = await projects.find(uri);
    if (configPath === null) {
      throw new NoProjectError(shownPath(dirname(uri.fsPath)));
    }
    found.push({ configPath, path: uri.fsPath });
  }
  return groups(found, ({ configPath }) => configPath).map(([configPath, here]) => {
    return { configPath, folder: null, files: here.map(({ path }) => path).sort() };
  });
}

/** What a folder of the explorer stands for; without one the corpus of a project. */
async function scopeOf(projects: Projects, target: vscode.Uri | CorpusScope | undefined): Promise<CorpusScope> {
  if (target === undefined) {
    return { configPath: await chooseProject(projects, t('Scan the corpus of which project?')), folder: null };
  }
  if (!(target instanceof vscode.Uri)) {
    return target;
  }
  const configPath = await projects.findForFolder(target);
  if (configPath === null) {
    throw new NoProjectError(shownPath(target.fsPath));
  }
  return { configPath, folder: dirname(configPath) === target.fsPath ? null : target.fsPath };
}

/** Scans a corpus, with its summary beside it. */
async function scan(scans: CorpusScans, scope: CorpusScope): Promise<void> {
  const current = () => scans.of(scope.configPath);
  await withProgress(t('Seep: scanning {0}', scopeName(scope)), async (signal, report) => {
    signal.addEventListener('abort', () => scans.cancel(scope.configPath));
    const listener = scans.onDidChange(() => {
      const activity = current()?.activity;
      if (activity?.kind === 'scanning') {
        report(activity.fraction, activity.pace === null ? undefined : paceWords(activity.pace));
      }
    });
    try {
      await Promise.all([scans.start(scope), vscode.commands.executeCommand(Commands.openSummary, scope)]);
    } finally {
      listener.dispose();
    }
  });
  const found = current();
  if (found !== undefined) {
    void announce(found);
  }
}

async function announce({ scope, files, findings: { tally } }: CorpusScan): Promise<void> {
  const { leaks, leakingFacts } = tally.totals;
  const found = leaksOfFacts(leaks, leakingFacts);
  const text = t('Seep: {0} {1}.', found, plural(files, 'in {0} file', 'in {0} files'));
  const [summary, tree] = [t('Show Summary'), t('Show Leaks')];
  const picked = await vscode.window.showInformationMessage(text, summary, tree);
  if (picked === summary) {
    await vscode.commands.executeCommand(Commands.openSummary, scope);
  } else if (picked === tree) {
    await vscode.commands.executeCommand(`${Views.leaks}.focus`);
  }
}

/** Offers to go on with what the window's closing has cut off. */
export async function offerUnfinished(scans: CorpusScans): Promise<void> {
  for (const scope of scans.unfinished) {
    const text = t(
      'The scan of {0} was cut off when the window closed. What was scored by then need not be scored again.',
      scopeName(scope),
    );
    const [go, no] = [t('Continue'), t('Not Now')];
    const picked = await vscode.window.showInformationMessage(text, go, no);
    if (picked === go) {
      await vscode.commands.executeCommand(Commands.scanCorpus, scope);
    } else if (picked === no) {
      await scans.forget(scope);
    }
  }
}
