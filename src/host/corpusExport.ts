import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type CleanTotals, copyClean } from '../client/cleanCorpus';
import { cleanName, cleanNote, openCleanOutput } from '../client/cleanTarget';
import { corpusFile, ownFiles } from '../client/corpusFiles';
import { readSoundDecisions } from '../client/decisionsFile';
import { type ExportTotals, exportLeaks } from '../client/exportCorpus';
import { openFileOutput } from '../client/fileOutput';
import { settleThreshold } from '../client/project';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import { SeepError } from '../core/errors';
import type { ExportKind } from '../core/export/exportFormat';
import { temperatureWarning } from '../core/export/exportWords';
import { corpusEnding, READABLE_FILES } from '../core/records/corpusFormat';
import { count, grouped } from '../core/report/closingWords';
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
      `${shownPath(source.fsPath)}: not a kind of file that Seep reads; it reads ${READABLE_FILES}.`,
    );
  }
  if ([source.fsPath, ...ownFiles(project)].includes(target.fsPath)) {
    throw new SeepError('usage', `${shownPath(target.fsPath)} is read itself; choose another file.`);
  }
  const shown = shownPath(target.fsPath);
  const output =
    kind === 'clean' ? await openCleanOutput(target.fsPath, shown, file) : await openFileOutput(target.fsPath, shown);
  try {
    let incomplete = 0;
    const options = {
      decisions: new DecisionIndex(await readSoundDecisions(project.decisionsPath, shownPath)),
      signal,
      onProgress,
      show: shownPath,
      onIncomplete: ({ file: at, line, message }: { file: string; line: number; message: string }) => {
        incomplete++;
        log.warn(`export: ${at}:${line}: ${message}`);
      },
    };
    const write = (text: string) => output.write(text);
    const { said, notice } = await engines.use(project, signal, async ({ client, opened: { models } }) => {
      const settled = settleThreshold(project, models);
      const said =
        kind === 'clean'
          ? cleanWords(await copyClean(client, settled, file, options, write))
          : leakWords(await exportLeaks(kind, client, settled, models, { ...options, files: [file] }, write));
      return { said, notice: settled.resolved.notice };
    });
    await output.commit();
    const warning = temperatureWarning(kind, project.temperature);
    const left =
      incomplete === 0
        ? null
        : `${kind === 'clean' ? 'Left out besides' : 'Not exported'}, because it could not be scored: ${count(incomplete, 'place')} (see the log).`;
    const note = kind === 'clean' ? cleanNote(file, project.corpus.textField) : null;
    const words = [said, note, notice, left, warning].filter((each) => each !== null).join(' ');
    return { words, isWarning: left !== null || warning !== null };
  } finally {
    await output.discard();
  }
}

function cleanWords({ kept, leaking, dropped }: CleanTotals): string {
  const decided = dropped > 0 ? ` and ${grouped(dropped)} by decision` : '';
  return `Kept ${count(kept, 'record')} and left out ${grouped(leaking)} that leak${decided}.`;
}

function leakWords({ positions, records, ignored }: ExportTotals): string {
  const decided = ignored > 0 ? ` ${count(ignored, 'leak')} ignored by decision.` : '';
  return `Exported ${count(positions, 'position')} of ${count(records, 'record')}.${decided}`;
}
