import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type CleanTotals, copyClean } from '../client/cleanCorpus';
import { cleanName, cleanNote, openCleanOutput } from '../client/cleanTarget';
import { corpusFile, ownFiles } from '../client/corpusFiles';
import { readDecisionIndex } from '../client/decisionsFile';
import { type ExportTotals, exportLeaks } from '../client/exportCorpus';
import { openFileOutput } from '../client/fileOutput';
import { settleThreshold } from '../client/project';
import { SeepError } from '../core/errors';
import type { ExportKind } from '../core/export/exportFormat';
import { temperatureWarning } from '../core/export/exportWords';
import { grouped, plural, t } from '../core/l10n';
import { corpusEnding, READABLE_FILES } from '../core/records/corpusFormat';
import type { Engines } from './engines';
import { type Projects, shownPath } from './projects';

/** What can be exported of a corpus file. */
export type Export = ExportKind | 'clean';

export interface ExportRun {
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
  readonly log: vscode.LogOutputChannel;
}

/** What became of an export, in plain words. */
export interface ExportOutcome {
  readonly words: string;
  /** Whether people must know more than that it is done. */
  readonly isWarning: boolean;
}

/** Where an export of a file would go: beside the project's seep.json, named after the file. */
export async function suggestedTarget(kind: Export, source: vscode.Uri, projects: Projects): Promise<vscode.Uri> {
  const { root } = await projects.of(source);
  const name = basename(source.path);
  const stem = name.slice(0, name.length - corpusEnding(name).length);
  return vscode.Uri.joinPath(
    vscode.Uri.file(root),
    kind === 'clean' ? cleanName(name, '.clean') : `${stem}.${kind}.jsonl`,
  );
}

/** Exports a corpus file as it is on disk. */
export async function exportFile(
  kind: Export,
  source: vscode.Uri,
  target: vscode.Uri,
  projects: Projects,
  engines: Engines,
  { signal, onProgress, log }: ExportRun,
): Promise<ExportOutcome> {
  const project = await projects.of(source);
  const file = await corpusFile(source.fsPath, shownPath(source.fsPath));
  if (file === null) {
    throw new SeepError(
      'usage',
      t('{0}: not a kind of file that Seep reads; it reads {1}.', shownPath(source.fsPath), READABLE_FILES),
    );
  }
  const shown = shownPath(target.fsPath);
  const sources = [source.fsPath, ...ownFiles(project)];
  const output =
    kind === 'clean'
      ? await openCleanOutput(target.fsPath, shown, file, sources)
      : await openFileOutput(target.fsPath, shown, sources);
  try {
    let incomplete = 0;
    const options = {
      decisions: await readDecisionIndex(project.decisionsPath, shownPath),
      onProgress,
      show: shownPath,
      onIncomplete: ({ file: at, line, message }: { file: string; line: number; message: string }) => {
        incomplete++;
        log.warn(`export: ${at}:${line}: ${message}`);
      },
    };
    const write = (text: string) => output.write(text);
    const { said, notice } = await engines.use(
      project,
      signal,
      async ({ client, opened: { models }, signal: wanted }) => {
        const settled = settleThreshold(project, models);
        const run = { ...options, signal: wanted };
        const said =
          kind === 'clean'
            ? cleanWords(await copyClean(client, settled, file, run, write))
            : leakWords(await exportLeaks(kind, client, settled, models, { ...run, files: [file] }, write));
        return { said, notice: settled.resolved.notice };
      },
    );
    await output.commit();
    const warning = temperatureWarning(kind, project.temperature);
    const left =
      incomplete === 0
        ? null
        : kind === 'clean'
          ? plural(
              incomplete,
              'Left out besides, because it could not be scored: {0} place (see the log).',
              'Left out besides, because they could not be scored: {0} places (see the log).',
            )
          : plural(
              incomplete,
              'Not exported, because it could not be scored: {0} place (see the log).',
              'Not exported, because they could not be scored: {0} places (see the log).',
            );
    const note = kind === 'clean' ? cleanNote(file, project.corpus.textField) : null;
    const words = [said, note, notice, left, warning].filter((each) => each !== null).join(' ');
    return { words, isWarning: left !== null || warning !== null };
  } finally {
    await output.discard();
  }
}

function cleanWords({ kept, leaking, dropped }: CleanTotals): string {
  return dropped > 0
    ? plural(
        kept,
        'Kept {0} record and left out {1} that leak and {2} by decision.',
        'Kept {0} records and left out {1} that leak and {2} by decision.',
        grouped(leaking),
        grouped(dropped),
      )
    : plural(
        kept,
        'Kept {0} record and left out {1} that leak.',
        'Kept {0} records and left out {1} that leak.',
        grouped(leaking),
      );
}

function leakWords({ positions, records, ignored }: ExportTotals): string {
  return [
    plural(
      records,
      'Exported {1} of {0} record.',
      'Exported {1} of {0} records.',
      plural(positions, '{0} position', '{0} positions'),
    ),
    ...(ignored > 0 ? [plural(ignored, '{0} leak ignored by decision.', '{0} leaks ignored by decision.')] : []),
  ].join(' ');
}
