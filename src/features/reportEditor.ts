import { basename } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { ErrorReporter } from '../host/errors';
import { REPORT_EDITOR } from '../host/ids';
import { shownPath } from '../host/projects';

/** Reports show a limited number of rows; what is larger is something else. */
const MAX_BYTES = 16 * 2 ** 20;

/** The file may have been changed since it was written: nothing but styles that stand in it is allowed, whatever it says itself. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;

/** Shows HTML reports in VS Code itself: the browser may be on another machine than the file. */
export function registerReportEditor(errors: ErrorReporter): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => {} }),
    async resolveCustomEditor({ uri }, panel) {
      const show = async () => {
        panel.webview.html = POLICY + (await reportText(uri));
      };
      const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), basename(uri.fsPath));
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const again = () => errors.guard('report', show);
      panel.onDidDispose(() => watcher.dispose());
      watcher.onDidChange(again);
      // Reports take the place of the last one when they are whole.
      watcher.onDidCreate(again);
      await show();
    },
  };
  return vscode.window.registerCustomEditorProvider(REPORT_EDITOR, provider, {
    supportsMultipleEditorsPerDocument: true,
    webviewOptions: { enableFindWidget: true },
  });
}

/** @throws SeepError where the file is too large for a report */
export async function reportText(uri: vscode.Uri): Promise<string> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MAX_BYTES) {
    throw new SeepError(
      'usage',
      t('{0} is too large for a report of Seep. Open it in a browser.', shownPath(uri.fsPath)),
    );
  }
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
