import * as vscode from 'vscode';
import { plural, t } from '../../core/l10n';
import type { Decisions } from '../../host/decisions';

/** Shows in the Problems view what is wrong with a file of decisions. */
export class DecisionProblems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('seep decisions');
  readonly #subscription: vscode.Disposable;

  constructor(decisions: Decisions) {
    this.#subscription = decisions.onDidChange((path) => {
      const problems = decisions.problemsOf({ decisionsPath: path });
      this.#collection.set(
        vscode.Uri.file(path),
        problems.map(({ line, column, message }) => {
          const at = new vscode.Position(line - 1, column - 1);
          const diagnostic = new vscode.Diagnostic(
            new vscode.Range(at, at.with({ character: Number.MAX_SAFE_INTEGER })),
            t('{0}. Until this is mended the line does not count and nothing more can be decided.', message),
            vscode.DiagnosticSeverity.Error,
          );
          diagnostic.source = 'Seep';
          return diagnostic;
        }),
      );
      if (problems.length > 0) {
        vscode.window.setStatusBarMessage(
          plural(problems.length, 'Seep: {0} fault in the decisions', 'Seep: {0} faults in the decisions'),
          5000,
        );
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#collection.dispose();
  }
}
