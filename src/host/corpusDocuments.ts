import * as vscode from 'vscode';
import { t } from '../core/l10n';
import { DOCUMENT_ENDINGS, documentFormatOf, type LineFormat } from '../core/records/corpusFormat';
import { RECORD_SCHEME } from './ids';
import { isRecordDocument, recordAddress } from './recordUri';

/** The documents that may be scanned: files, other versions of them such as a diff shows, single records, and texts that nobody has saved yet. */
export const CORPUS_DOCUMENTS: vscode.DocumentSelector = [
  { pattern: `**/*{${DOCUMENT_ENDINGS.join(',')}}` },
  { scheme: 'untitled' },
  { scheme: RECORD_SCHEME },
];

/** A text without a file goes by what people say that it is. */
const LANGUAGES: ReadonlyMap<string, LineFormat> = new Map([
  ['jsonl', 'jsonl'],
  ['plaintext', 'text'],
  ['markdown', 'text'],
  ['csv', 'csv'],
  ['tsv', 'tsv'],
]);

/** How a document is cut into records; null where it is no corpus. */
export function formatOfDocument({ uri, languageId }: vscode.TextDocument): LineFormat | null {
  if (isRecordDocument(uri)) {
    return 'text';
  }
  return documentFormatOf(uri.path) ?? (hasNoFile(uri) ? (LANGUAGES.get(languageId) ?? null) : null);
}

/** Whether a document has no place on disk yet. */
export function hasNoFile({ scheme, path }: vscode.Uri): boolean {
  return scheme === 'untitled' && !path.startsWith('/');
}

/**
 * Whether a document is another version of a file: the other side of a diff, a preview. It has the file's path, is marked like the
 * file, and counts nowhere.
 */
export function isVersion(uri: vscode.Uri): boolean {
  return uri.scheme !== 'file' && uri.scheme !== 'untitled' && !isRecordDocument(uri);
}

/** The file that a document is a version or a record of. */
export function fileOf(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.file(recordAddress(uri)?.file ?? uri.fsPath);
}

/** What people call a document: its path, and of a record that is shown alone which one it is. */
export function documentName(uri: vscode.Uri): string {
  const address = recordAddress(uri);
  return address === null
    ? vscode.workspace.asRelativePath(uri)
    : t('{0} record {1}', vscode.workspace.asRelativePath(address.file), address.index + 1);
}
