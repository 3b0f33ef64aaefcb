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
import { READABLE_FILES } from '../core/records/corpusFormat';
import { count } from '../core/report/closingWords';
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
    throw new SeepError('usage', `${shownPath(target.fsPath)} is read itself; choose another file.`);
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
          : [`Not in it, because it could not be scored: ${count(incomplete.length, 'place')}.`];
      const said = `Reported ${count(leaks, 'leak')} in ${count(records, 'record')}.`;
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
        `${shownPath(path)}: not a kind of file that Seep reads; it reads ${READABLE_FILES}.`,
      );
    }
    files.push(found);
  }
  if (files.length === 0) {
    const where = shownPath(configPath);
    throw new SeepError('config', `The corpus globs of ${where} match no file. Mend corpus.include there.`, configPath);
  }
  return files;
}
