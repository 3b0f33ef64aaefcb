import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { forgetSetOf, readImportFile } from '../client/importFile';
import { guessFormat } from '../core/forget/import/guessFormat';
import type { ImportFormat } from '../core/forget/import/importFormat';
import { shownPath } from './projects';
import { saveFile } from './saveFile';

/** A file that a forget set is to be made of. */
export class ForgetSetImport {
  private constructor(
    private readonly path: string,
    private readonly text: string,
    /** What it most likely is. */
    readonly guess: ImportFormat | null,
  ) {}

  /** Throws SeepError `file` where the file cannot be read. */
  static async open(source: vscode.Uri): Promise<ForgetSetImport> {
    const path = source.fsPath;
    const text = await readImportFile(path, shownPath);
    return new ForgetSetImport(path, text, guessFormat(path, text));
  }

  /** Where the forget set would go: beside the file. */
  get suggestedTarget(): vscode.Uri {
    return vscode.Uri.file(join(dirname(this.path), 'forget.jsonl'));
  }

  /**
   * Makes the forget set and gives words about it for people. Throws SeepError `file` with all that is wrong with the file; nothing is
   * written then.
   */
  async save(format: ImportFormat, target: vscode.Uri): Promise<readonly string[]> {
    const { forgetSet, words } = forgetSetOf(format, this.path, this.text, shownPath);
    await saveFile(target, forgetSet, [this.path]);
    return words;
  }
}
