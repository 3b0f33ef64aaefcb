import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { NoProjectError } from './errorActions';
import type { Projects } from './projects';

/** The seep.json of the active file, else the workspace's; asks `question` where there are several. */
export async function chooseProject(projects: Projects, question: string): Promise<string> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active ? await projects.find(active) : null;
  const found = own === null ? await projects.ofWorkspace() : [own];
  const [first] = found;
  if (first === undefined) {
    throw new NoProjectError(t('this workspace'));
  }
  if (found.length === 1) {
    return first;
  }
  const picked = await vscode.window.showQuickPick(
    found.map((path) => ({ label: vscode.workspace.asRelativePath(path, true), path })),
    { title: question },
  );
  if (picked === undefined) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
  return picked.path;
}
