import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import type { ErrorReporter } from '../host/errors';
import { CONFIG_FILE, Commands } from '../host/ids';
import { requireTrust } from '../host/projects';

const FORGET_SET = 'forget.jsonl';
const EXAMPLE_FACT =
  '{"id":"fact-001","subjects":["Company X"],"answers":["Y-town"],"prompts":["The Company X data center is in"]}\n';
const MAX_MODELS = 50;

/** Writes a seep.json, filled with the model folders that are there, and opens it. Never overwrites anything. */
export function registerCreateConfig(errors: ErrorReporter): vscode.Disposable {
  return errors.command(Commands.createConfig, async () => {
    requireTrust();
    const folder = await chooseFolder();
    const config = vscode.Uri.joinPath(folder, CONFIG_FILE);
    const forgetSet = vscode.Uri.joinPath(folder, FORGET_SET);
    const models = await vscode.workspace.findFiles(
      new vscode.RelativePattern(folder, '**/tokenizer.json'),
      '**/{node_modules,.*}/**',
      MAX_MODELS,
    );
    const folders = models.map(({ fsPath }) =>
      dirname(fsPath)
        .slice(folder.fsPath.length + 1)
        .replaceAll('\\', '/'),
    );
    await create(config, `${JSON.stringify(template(folders), null, 2)}\n`);
    await create(forgetSet, EXAMPLE_FACT);
    await vscode.window.showTextDocument(config);
  });
}

/** Model folders by what their names say. The teacher is always there, since nothing works without one. */
export function template(modelFolders: readonly string[]): Record<string, unknown> {
  const named = (pattern: RegExp) => modelFolders.find((path) => pattern.test(basename(path)));
  const student = named(/student/i);
  const reference = named(/reference|base|unlearn|retain/i);
  const teacher =
    named(/teacher/i) ?? modelFolders.find((path) => path !== student && path !== reference) ?? 'models/teacher';
  return {
    teacher,
    ...(student === undefined ? {} : { student }),
    ...(reference === undefined ? {} : { reference }),
    forgetSet: FORGET_SET,
    corpus: { include: ['corpus/**/*.jsonl'], textField: 'text' },
    temperature: 1,
  };
}

async function chooseFolder(): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (folder !== undefined) {
    return folder.uri;
  }
  throw folders.length > 1
    ? new SeepError('cancelled', 'Cancelled.')
    : new SeepError('usage', 'Open the folder of your corpus first (File > Open Folder).');
}

async function create(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: true, contents: new TextEncoder().encode(text) });
  await vscode.workspace.applyEdit(edit);
}
