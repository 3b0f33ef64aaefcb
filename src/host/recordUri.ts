import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { RECORD_SCHEME } from './ids';

/** What a document that shows one record of a file is about. */
export interface RecordAddress {
  /** Absolute path. */
  readonly file: string;
  /** Of the record in the file, from 0. */
  readonly index: number;
  /** Differs once the file's content has been changed: the text behind an address never changes. */
  readonly state: string;
}

/** The address's last part is what VS Code writes on the tab; people count from 1, as lines do. */
export function recordUri({ file, index, state }: RecordAddress): vscode.Uri {
  const path = `${vscode.Uri.file(file).path}/${basename(file)} record ${index + 1}`;
  return vscode.Uri.from({ scheme: RECORD_SCHEME, path, query: state });
}

/** Null for what is no such document. */
export function recordAddress(uri: vscode.Uri): RecordAddress | null {
  const index = isRecordDocument(uri) ? / record ([1-9]\d*)$/u.exec(uri.path)?.[1] : undefined;
  return index === undefined ? null : { file: dirname(uri.fsPath), index: Number(index) - 1, state: uri.query };
}

export function isRecordDocument({ scheme }: vscode.Uri): boolean {
  return scheme === RECORD_SCHEME;
}
