import * as vscode from 'vscode';
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
  void show(`Seep: ${words}`, button).then((picked) =>
    picked === button ? errors.guard('opening an export', async () => await open()) : undefined,
  );
}
