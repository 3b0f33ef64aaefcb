import * as vscode from 'vscode';

/**
 * The one log. Corpus text, tokens and answers never go into it: logs are pasted into bug reports.
 */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Seep', { log: true });
}
