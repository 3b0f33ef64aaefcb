import type * as vscode from 'vscode';
import { calibrate, DEFAULT_TARGET } from '../client/calibrate';
import { type CorpusFile, corpusFile, findCorpusFiles } from '../client/corpusFiles';
import { openFileOutput } from '../client/fileOutput';
import { formatCalibration } from '../core/calibrate/calibration';
import { calibrationWords } from '../core/calibrate/calibrationWords';
import { SeepError } from '../core/errors';
import { plural, t } from '../core/l10n';
import { READABLE_FILES } from '../core/records/corpusFormat';
import type { Engines } from './engines';
import { type Projects, shownPath } from './projects';

export interface CalibrationRun {
  readonly seep: string;
  /** Files in which no fact is to be known. */
  readonly control: readonly vscode.Uri[];
  readonly signal: AbortSignal;
  onProgress(fraction: number, what: string): void;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Fits a project's threshold to its corpus by decoys, and to control files where there are any, and writes it down. Works with an engine of its own, because scans that go on
 * meanwhile need the forget set as it is.
 * @returns what was found, in plain words
 */
export async function calibrateProject(
  configPath: string,
  projects: Projects,
  engines: Engines,
  { seep, control, signal, onProgress, log }: CalibrationRun,
): Promise<{ readonly words: readonly string[]; readonly path: string }> {
  const { project, givenThreshold } = await projects.loadUncalibrated(configPath);
  const paths = await findCorpusFiles(project);
  const corpus = (await Promise.all(paths.map((path) => corpusFile(path, shownPath(path))))).filter(
    (file) => file !== null,
  );
  if (corpus.length === 0) {
    const message = t('The corpus globs of {0} match no file. Mend corpus.include there.', shownPath(configPath));
    throw new SeepError('config', message, configPath);
  }
  const controlFiles = await Promise.all(control.map(controlFile));
  const path = project.calibrationPath;
  const output = await openFileOutput(path, shownPath(path));
  try {
    let incomplete = 0;
    onProgress(0, t('loading models'));
    const { calibration, notices } = await engines.apart(project, signal, ({ client, opened }) =>
      calibrate(client, project, opened.models, {
        seep,
        corpus,
        control: controlFiles,
        target: DEFAULT_TARGET,
        givenThreshold,
        signal,
        show: shownPath,
        onProgress,
        onIncomplete: ({ file, line, message }) => {
          incomplete++;
          log.warn(`calibrate: ${file}:${line}: ${message}`);
        },
      }),
    );
    await output.write(formatCalibration(calibration));
    await output.commit();
    projects.refresh(configPath);
    const left =
      incomplete === 0
        ? []
        : [
            plural(
              incomplete,
              '{0} place could not be scored; the log names it.',
              '{0} places could not be scored; the log names them.',
            ),
          ];
    return { words: [...calibrationWords(calibration), ...notices, ...left], path };
  } finally {
    await output.discard();
  }
}

async function controlFile({ fsPath }: vscode.Uri): Promise<CorpusFile> {
  const file = await corpusFile(fsPath, shownPath(fsPath));
  if (file === null) {
    const message = t(
      '{0}: not a kind of control file that Seep reads; it reads {1}. Choose another.',
      shownPath(fsPath),
      READABLE_FILES,
    );
    throw new SeepError('usage', message, fsPath);
  }
  return file;
}
