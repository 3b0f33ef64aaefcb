import { sep } from 'node:path';
import * as vscode from 'vscode';
import { version } from '../../package.json';
import { type CorpusFile, corpusFile, ownFiles } from '../client/corpusFiles';
import { readDecisionIndex } from '../client/decisionsFile';
import { openFileOutput } from '../client/fileOutput';
import { settleThreshold } from '../client/project';
import { reportContext, reportOrigin } from '../client/reportContext';
import { SummedScan } from '../client/summedScan';
import { writeReport } from '../client/writeReport';
import { SeepError } from '../core/errors';
import { plural, t } from '../core/l10n';
import { READABLE_FILES } from '../core/records/corpusFormat';
import type { ReportFormat } from '../core/report/formats/reportFormat';
import type { ExportOutcome, ExportRun } from './corpusExport';
import type { Engines } from './engines';
import { noCorpusFiles, type Projects, shownPath } from './projects';

/** What a report is about: the corpus of a project, what of it is below a folder, or one file. Paths are absolute. */
export interface ReportScope {
  readonly configPath: string;
  readonly part:
    | { readonly kind: 'files'; readonly paths: readonly string[] }
    | { readonly kind: 'folder'; readonly path: string }
    | null;
}

export interface ReportOrder {
  readonly format: ReportFormat;
  readonly scope: ReportScope;
  readonly target: vscode.Uri;
  /** Whether the report names subjects and answers. */
  readonly showAnswers: boolean;
}

/** Scans the scope as it is on disk and writes what was found, as the command line does. */
export async function exportReport(
  { format, scope, target, showAnswers }: ReportOrder,
  projects: Projects,
  engines: Engines,
  { signal, onProgress, log }: ExportRun,
): Promise<ExportOutcome> {
  const { configPath, part } = scope;
  const project = await projects.load(configPath);
  const files = await filesOf(scope, await projects.corpusFiles(project));
  const decisions = await readDecisionIndex(project.decisionsPath, shownPath);
  const command = [
    'seep',
    'scan',
    ...(part === null ? [] : files.map(({ file }) => file)),
    ...['--config', shownPath(configPath), '--format', format.id],
    ...(showAnswers ? ['--show-answers'] : []),
    ...['--output', shownPath(target.fsPath)],
  ];
  const origin = await reportOrigin(project, { version, command, decisions, show: shownPath });
  const sources = [...ownFiles(project), ...files.map(({ path }) => path)];
  const output = await openFileOutput(target.fsPath, shownPath(target.fsPath), sources);
  try {
    const outcome = await engines.use(project, signal, async ({ client, opened, signal: wanted }) => {
      const settled = settleThreshold(project, opened.models);
      const report = writeReport(format, reportContext(settled, origin, showAnswers), (text) => output.write(text));
      const scan = new SummedScan(settled, opened, {
        files,
        decisions,
        signal: wanted,
        showAnswers,
        show: shownPath,
        onProgress,
        onIncomplete: ({ file: at, line, message }) => log.warn(`report: ${at}:${line}: ${message}`),
        onFileRead: () => {},
        onRecord: (...found) => report.add(...found),
      });
      const summary = await scan.run(client);
      await report.finish(summary, scan.tally);
      const { leaks, records, incomplete } = summary;
      const left =
        incomplete.length === 0
          ? []
          : [
              plural(
                incomplete.length,
                'Not in it, because it could not be scored: {0} place.',
                'Not in it, because they could not be scored: {0} places.',
              ),
            ];
      const said = plural(
        records,
        'Reported {1} in {0} record.',
        'Reported {1} in {0} records.',
        plural(leaks, '{0} leak', '{0} leaks'),
      );
      return { words: [said, ...left].join(' '), isWarning: left.length > 0 };
    });
    await output.commit();
    return outcome;
  } finally {
    await output.discard();
  }
}

async function filesOf({ configPath, part }: ReportScope, corpus: readonly string[]): Promise<CorpusFile[]> {
  const files: CorpusFile[] = [];
  const paths =
    part?.kind === 'files' ? part.paths : corpus.filter((path) => part === null || path.startsWith(part.path + sep));
  for (const path of paths) {
    const found = await corpusFile(path, shownPath(path));
    if (found === null) {
      throw new SeepError(
        'usage',
        t('{0}: not a kind of file that Seep reads; it reads {1}.', shownPath(path), READABLE_FILES),
      );
    }
    files.push(found);
  }
  if (files.length === 0) {
    throw noCorpusFiles(configPath, part?.kind === 'folder' ? part.path : null);
  }
  const unsaved = vscode.workspace.textDocuments.find(({ isDirty, uri }) => isDirty && paths.includes(uri.fsPath));
  if (unsaved !== undefined) {
    const name = shownPath(unsaved.uri.fsPath);
    throw new SeepError(
      'usage',
      t('{0} has changes that are not saved. Save it first: the report is about the files on disk.', name),
    );
  }
  return files;
}
