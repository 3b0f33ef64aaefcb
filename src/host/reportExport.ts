import type * as vscode from 'vscode';
import { version } from '../../package.json';
import { type CorpusFile, corpusFile, ownFiles } from '../client/corpusFiles';
import { readSoundDecisions } from '../client/decisionsFile';
import { openFileOutput } from '../client/fileOutput';
import { settleThreshold } from '../client/project';
import { reportContext, reportOrigin } from '../client/reportContext';
import { SummedScan } from '../client/summedScan';
import { writeReport } from '../client/writeReport';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import { SeepError } from '../core/errors';
import { plural, t } from '../core/l10n';
import { READABLE_FILES } from '../core/records/corpusFormat';
import type { ReportFormat } from '../core/report/formats/reportFormat';
import type { ExportOutcome, ExportRun } from './corpusExport';
import type { Engines } from './engines';
import { type Projects, shownPath } from './projects';

/** What a report is about: one file, or the whole corpus of a project. */
export interface ReportScope {
  readonly configPath: string;
  readonly file: vscode.Uri | null;
}

/** Scans the scope as it is on disk and writes what was found. Reports name no answers: the command line does where it is told to. */
export async function exportReport(
  format: ReportFormat,
  { configPath, file }: ReportScope,
  target: vscode.Uri,
  projects: Projects,
  engines: Engines,
  { signal, onProgress, log }: ExportRun,
): Promise<ExportOutcome> {
  const project = await projects.load(configPath);
  const files = await filesOf(file === null ? await projects.corpusFiles(project) : [file.fsPath], configPath);
  if ([...ownFiles(project), ...files.map(({ path }) => path)].includes(target.fsPath)) {
    throw new SeepError('usage', t('{0} is read itself; choose another file.', shownPath(target.fsPath)));
  }
  const decisions = new DecisionIndex(await readSoundDecisions(project.decisionsPath, shownPath));
  const command = [
    'seep',
    'scan',
    ...(file === null ? [] : [shownPath(file.fsPath)]),
    ...['--config', shownPath(configPath), '--format', format.id, '--output', shownPath(target.fsPath)],
  ];
  const origin = await reportOrigin(project, { version, command, decisions, show: shownPath });
  const output = await openFileOutput(target.fsPath, shownPath(target.fsPath));
  try {
    const outcome = await engines.use(project, signal, async ({ client, opened }) => {
      const settled = settleThreshold(project, opened.models);
      const report = writeReport(format, reportContext(settled, origin, false), (text) => output.write(text));
      const scan = new SummedScan(settled, opened, {
        files,
        decisions,
        signal,
        showAnswers: false,
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

async function filesOf(paths: readonly string[], configPath: string): Promise<CorpusFile[]> {
  const files: CorpusFile[] = [];
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
    const where = shownPath(configPath);
    throw new SeepError(
      'config',
      t('The corpus globs of {0} match no file. Mend corpus.include there.', where),
      configPath,
    );
  }
  return files;
}
