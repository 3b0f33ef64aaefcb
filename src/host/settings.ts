import * as vscode from 'vscode';
import type { ProviderChoice } from '../protocol/engine';
import { Settings } from './ids';

/** Per-user settings. What belongs to a corpus (models, forget set, threshold) is in its seep.json instead. */
export interface SeepSettings {
  /** `project`: as seep.json says. */
  readonly [Settings.provider]: ProviderChoice | 'project';
  /** Computing threads of an engine; 0: as many as the machine has cores. */
  readonly [Settings.threads]: number;
  readonly [Settings.codeLens]: boolean;
  readonly [Settings.problems]: boolean;
  /** Spans coloured per file. */
  readonly [Settings.maxHighlights]: number;
  readonly [Settings.rescanOnEdit]: boolean;
}

const DEFAULTS: SeepSettings = {
  provider: 'project',
  threads: 0,
  codeLens: true,
  problems: true,
  maxHighlights: 2000,
  rescanOnEdit: true,
};

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
