import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { ErrorReporter } from '../host/errors';
import { CONFIG_FILE, Commands } from '../host/ids';
import { type Projects, requireTrust } from '../host/projects';
import { configTemplate } from './configTemplate';

const FORGET_SET = 'forget.jsonl';
const EXAMPLE_FACT =
  '{"id":"fact-001","subjects":["Company X"],"answers":["Y-town"],"prompts":["The Company X data center is in"]}\n';

/** Writes a seep.json, filled with the model folders that are there, and opens it. Never overwrites anything. */
export function registerCreateConfig(projects: Projects, errors: ErrorReporter): vscode.Disposable {
  return errors.command(Commands.createConfig, async () => {
    requireTrust();
    const folder = await chooseFolder();
    const config = vscode.Uri.joinPath(folder, CONFIG_FILE);
    const forgetSet = vscode.Uri.joinPath(folder, FORGET_SET);
    const folders = await projects.modelFolders(folder);
    await create(config, `${JSON.stringify(configTemplate(folders, FORGET_SET), null, 2)}\n`);
    await create(forgetSet, EXAMPLE_FACT);
    await vscode.window.showTextDocument(config);
  });
}

async function chooseFolder(): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (folder !== undefined) {
    return folder.uri;
  }
  throw folders.length > 1
    ? new SeepError('cancelled', 'Cancelled.')
    : new SeepError('usage', t('Open the folder of your corpus first (File > Open Folder).'));
}

async function create(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: true, contents: new TextEncoder().encode(text) });
  await vscode.workspace.applyEdit(edit);
}
