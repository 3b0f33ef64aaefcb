import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RecordPlace } from '../core/audit/auditLine';
import type { AuditRow } from '../core/audit/auditLists';
import type { Audit } from './audit';
import type { Controller } from './controller';
import type { Projects } from './projects';
import { type RecordDocuments, showsRecordsAlone } from './recordDocuments';

/** What rows are opened with. */
export interface DiffParts {
  readonly controller: Controller;
  readonly records: RecordDocuments;
  readonly projects: Projects;
}

/**
 * Opens a record's files in VS Code's diff editor, at the record on every side that has it, and marks both sides' leaks. Where one side
 * has no such file, the other is opened alone. Of files that VS Code does not show as text the record alone is compared.
 */
export async function openAuditRow(
  audit: Audit,
  { raw, filtered }: AuditRow,
  { controller, records, projects }: DiffParts,
): Promise<void> {
  const paths = audit.filesOf(raw?.file ?? null, filtered?.file ?? null);
  const present = [paths.raw, paths.filtered].filter((path) => path !== null);
  if ((await Promise.all(present.map(showsRecordsAlone))).includes(true)) {
    const open = async (path: string | null, place: RecordPlace | null) =>
      path === null || place === null ? null : records.open(path, place);
    await showRecords(await open(paths.raw, raw), await open(paths.filtered, filtered));
    return;
  }
  const [before, after] = [paths.raw, paths.filtered].map((path) => (path === null ? null : vscode.Uri.file(path)));
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

/** A record before and after filtering, or the side that has it. They are marked like all records that are shown alone. */
async function showRecords(before: vscode.TextDocument | null, after: vscode.TextDocument | null): Promise<void> {
  if (before && after) {
    const title = [before, after].map(({ uri }) => basename(uri.fsPath)).join(' ↔ ');
    await vscode.commands.executeCommand('vscode.diff', before.uri, after.uri, title);
    return;
  }
  for (const document of [before, after]) {
    if (document) {
      await vscode.window.showTextDocument(document);
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
