import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { sha256 } from '../client/calibration';
import { fileState } from '../client/fileState';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { fileOf, isVersion } from './corpusDocuments';
import { shownPath } from './projects';
import { notEdited } from './recordDocuments';
import { isRecordDocument } from './recordUri';

/** What a document and its file hold at some moment, to tell later whether they still do. */
export interface DocumentState {
  readonly version: number;
  readonly isDirty: boolean;
  /** Hash of the file's bytes, of a large one what else tells of changes; null: it cannot be read. */
  readonly disk: string | null;
}

export async function stateOf({ version, isDirty, uri }: vscode.TextDocument): Promise<DocumentState> {
  return { version, isDirty, disk: await diskOf(uri) };
}

/** Also where VS Code has closed the document since, as it does when no editor shows it, and may have opened it again. */
export async function isUnchanged(document: vscode.TextDocument, then: DocumentState): Promise<boolean> {
  const { uri } = document;
  if ((await diskOf(uri)) !== then.disk) {
    return false;
  }
  if (!document.isClosed) {
    return document.version === then.version;
  }
  // Versions count anew in each document; what was and is as on disk is the same.
  const again = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  return then.disk !== null && !then.isDirty && again?.isDirty !== true;
}

async function diskOf(uri: vscode.Uri): Promise<string | null> {
  if (isRecordDocument(uri)) {
    return fileState(fileOf(uri).fsPath).catch(() => null);
  }
  const bytes = await readFile(uri.fsPath).catch(() => null);
  return bytes && sha256(bytes);
}

/** @throws SeepError where the file is not to be written to, with the reason and what can be done all the same */
export async function requireWritable(document: vscode.TextDocument): Promise<void> {
  const { uri } = document;
  const reason = await whyReadOnly(document);
  if (reason !== null) {
    const others = t('Masking, ignoring and leaving out of exports work without changing it.');
    throw new SeepError(
      'file',
      `${t('{0} is read-only ({1}): nothing was changed.', shownPath(fileOf(uri).fsPath), reason)} ${others}`,
      fileOf(uri).fsPath,
    );
  }
}

async function whyReadOnly(document: vscode.TextDocument): Promise<string | null> {
  const { uri } = document;
  if (document.isUntitled) {
    return null;
  }
  if (isRecordDocument(uri)) {
    return notEdited();
  }
  if (isVersion(uri)) {
    return t('it is a version of the file that VS Code only shows');
  }
  if (isReadOnlyBySetting(document)) {
    return t('by the setting files.readonlyInclude');
  }
  try {
    // Who may write anything is still told by the mode that the file is not to be written to.
    const { mode } = await stat(uri.fsPath);
    await access(uri.fsPath, constants.W_OK);
    return (mode & 0o222) === 0 ? t('by its permissions') : null;
  } catch {
    return t('there is no permission to write it');
  }
}

function isReadOnlyBySetting(document: vscode.TextDocument): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const files = vscode.workspace.getConfiguration('files', document.uri);
  const matches = (setting: string) =>
    Object.entries(files.get<Record<string, boolean>>(setting) ?? {})
      .filter(([, on]) => on)
      .flatMap(([glob]) => [glob, ...(folder ? [new vscode.RelativePattern(folder, glob)] : [])])
      .some((pattern) => vscode.languages.match({ pattern }, document) > 0);
  return matches('readonlyInclude') && !matches('readonlyExclude');
}
