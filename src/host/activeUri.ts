import * as vscode from 'vscode';

/** What the active editor shows, also where VS Code hands its text to no extension. */
export function activeUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return vscode.window.activeTextEditor?.document.uri ?? (isFile ? input.uri : undefined);
}
