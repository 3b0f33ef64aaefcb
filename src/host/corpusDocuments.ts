import type * as vscode from 'vscode';
import { DOCUMENT_ENDINGS } from '../core/records/corpusFormat';

/** The documents on disk that may be scanned. */
export const CORPUS_DOCUMENTS: vscode.DocumentFilter = {
  scheme: 'file',
  pattern: `**/*{${DOCUMENT_ENDINGS.join(',')}}`,
};
