import * as vscode from 'vscode';
import { t } from '../core/l10n';
import type { ExportOutcome } from '../host/corpusExport';
import type { ErrorReporter } from '../host/errors';

/** Says what became of an export, with a button that opens what was written. Does not wait for a click. */
export function announceExport(
  { words, isWarning }: ExportOutcome,
  button: string,
  open: () => Thenable<unknown>,
  errors: ErrorReporter,
): void {
  const show = isWarning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void show(t('Seep: {0}', words), button).then((picked) =>
    picked === button ? errors.guard('opening an export', async () => await open()) : undefined,
  );
}
