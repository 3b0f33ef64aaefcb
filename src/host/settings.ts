import * as vscode from 'vscode';
import { DEFAULTS, type SeepSettings } from './settingDefaults';

/** The value in force; a value of the wrong type counts as unset. */
export function setting<K extends keyof SeepSettings>(name: K, scope?: vscode.Uri): SeepSettings[K] {
  const value: unknown = vscode.workspace.getConfiguration('seep', scope).get(name);
  const fallback = DEFAULTS[name];
  return typeof value === typeof fallback ? (value as SeepSettings[K]) : fallback;
}

export function onDidChangeSetting(names: readonly (keyof SeepSettings)[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`seep.${name}`))) {
      listener();
    }
  });
}
