import type * as vscode from 'vscode';
import { openFileOutput } from '../client/fileOutput';
import { shownPath } from './projects';

/**
 * Writes a file that people have named: all of it, or nothing.
 * @param sources absolute paths of what the content was made of, which is not to be written over
 * @throws SeepError where it cannot be written
 */
export async function saveFile(
  { fsPath }: vscode.Uri,
  content: string | Uint8Array,
  sources: readonly string[] = [],
): Promise<void> {
  const output = await openFileOutput(fsPath, shownPath(fsPath), sources);
  try {
    await output.write(content);
    await output.commit();
  } finally {
    await output.discard();
  }
}
