import * as vscode from 'vscode';
import type { ErrorReporter } from '../host/errors';
import type { Projects } from '../host/projects';
import { registerCreateConfig } from './createConfig';
import { registerDemo } from './demo';
import { registerImportForgetSet } from './importForgetSet';

/** Ways to come by a project: the demo's, or one's own with a forget set from elsewhere. */
export function registerSetUp(
  context: vscode.ExtensionContext,
  projects: Projects,
  errors: ErrorReporter,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerDemo(context, errors),
    registerCreateConfig(projects, errors),
    registerImportForgetSet(errors),
  );
}
