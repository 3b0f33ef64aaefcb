import { sep } from 'node:path';
import * as vscode from 'vscode';

/** Calls `leave` when folders are taken out of the workspace, with what tells whether a path went with them. */
export function onDidLeaveWorkspace(leave: (hasLeft: (path: string) => boolean) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
    if (removed.length > 0) {
      // A folder may also be open as a part of another one.
      const isLeft = (path: string) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) === undefined;
      leave((path) => removed.some(({ uri }) => path.startsWith(uri.fsPath + sep)) && isLeft(path));
    }
  });
}
