import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { IMPORT_FORMATS } from '../core/forget/import/importForgetSet';
import type { ImportFormat } from '../core/forget/import/importFormat';
import { t } from '../core/l10n';
import type { ErrorReporter } from '../host/errors';
import { ForgetSetImport } from '../host/forgetSetImport';
import { Commands } from '../host/ids';

/** Asks for a file, its format and a place for the forget set, and opens what came of it. */
export function registerImportForgetSet(errors: ErrorReporter): vscode.Disposable {
  return errors.command(Commands.importForgetSet, async () => {
    const [source] = answered(
      await vscode.window.showOpenDialog({ title: t('Make a Forget Set of Which File?'), openLabel: t('Import') }),
    );
    const file = await ForgetSetImport.open(answered(source));
    const format = await pickFormat(file.guess);
    // The dialog asks before a file is replaced.
    const target = answered(
      await vscode.window.showSaveDialog({
        title: t('Save the Forget Set'),
        defaultUri: file.suggestedTarget,
        filters: { [t('Forget Set')]: ['jsonl'] },
      }),
    );
    const words = await file.save(format, target);
    await vscode.window.showTextDocument(target);
    void vscode.window.showInformationMessage(words.join(' '));
  });
}

async function pickFormat(guess: ImportFormat | null): Promise<ImportFormat> {
  const formats = [...IMPORT_FORMATS].sort((a, b) => Number(b === guess) - Number(a === guess));
  const items = formats.map((format) => ({
    label: format.title,
    description: format === guess ? t('looks like it') : '',
    format,
  }));
  return answered(await vscode.window.showQuickPick(items, { title: t('What Is This File?') })).format;
}

/** Throws SeepError `cancelled` where a question was not answered. */
function answered<T>(answer: T | undefined): T {
  if (answer === undefined) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
  return answer;
}
