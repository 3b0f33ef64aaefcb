import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { AuditRow } from '../core/audit/auditLists';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { documentFormatOf } from '../core/records/corpusFormat';
import type { Audit } from './audit';
import type { Controller } from './controller';
import { type Projects, shownPath } from './projects';

/**
 * Opens a record's files in VS Code's diff editor, at the record on every side that has it, and marks both sides' leaks. Where one side
 * has no such file, the other is opened alone.
 */
export async function openAuditRow(
  audit: Audit,
  { raw, filtered }: AuditRow,
  controller: Controller,
  projects: Projects,
): Promise<void> {
  const paths = audit.filesOf(raw?.file ?? null, filtered?.file ?? null);
  const [before, after] = [paths.raw, paths.filtered].map((path) => (path === null ? null : vscode.Uri.file(path)));
  for (const path of [paths.raw, paths.filtered]) {
    if (path !== null && documentFormatOf(path) === null) {
      const mend = t('unpack it as .jsonl to compare its records, or see "seep audit --format jsonl"');
      throw new SeepError('usage', t('VS Code does not show {0} as text: {1}.', shownPath(path), mend), path);
    }
  }
  const options = filtered === null ? {} : { selection: lineRange(filtered.line) };
  if (before && after) {
    const title = `${basename(before.fsPath)} ↔ ${basename(after.fsPath)}`;
    await vscode.commands.executeCommand('vscode.diff', before, after, title, options);
  } else {
    for (const uri of [before, after].filter((each) => each !== null && each !== undefined)) {
      await vscode.window.showTextDocument(uri, options);
    }
  }
  if (before && raw !== null) {
    reveal(before, raw.line, filtered === null);
  }
  for (const uri of [before, after]) {
    if (uri && (await projects.find(uri)) === audit.scope.configPath) {
      await controller.scan(await vscode.workspace.openTextDocument(uri), { again: false });
    }
  }
}

/** @param select puts the cursor there too */
function reveal(uri: vscode.Uri, line: number, select: boolean): void {
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document.uri.toString() === uri.toString()) {
      const range = lineRange(line);
      if (select) {
        editor.selection = new vscode.Selection(range.start, range.start);
      }
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

/** The beginning of a line, 1-based. */
function lineRange(line: number): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, 0);
}
