import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { ErrorReporter } from '../host/errors';
import { CONFIG_FILE, Commands, Memory } from '../host/ids';

/** The file of the demo that shows something at once, below its folder. */
const SHOW_FIRST = ['corpus', 'filtered.jsonl'];

/** A reload of the window takes seconds; anything older was left behind by a window that never came back. */
const PENDING_MS = 60_000;

interface Pending {
  readonly file: string;
  readonly time: number;
}

export function registerDemo(context: vscode.ExtensionContext, errors: ErrorReporter): vscode.Disposable {
  void errors.guard('open demo', () => openPending(context.globalState));
  return errors.command(Commands.openDemo, (parent?: vscode.Uri) => openDemo(context, parent));
}

/**
 * Copies the demo that comes with the extension (corpus, forget set, three small models) to where it may be edited, and
 * opens it. Needs no network. An earlier copy is opened as it is.
 * @param parent folder to put the copy into instead of the extension's own storage
 */
async function openDemo(context: vscode.ExtensionContext, parent?: vscode.Uri): Promise<void> {
  const version = (context.extension.packageJSON as { version?: unknown }).version;
  // Each version of Seep has its own copy: the models of an earlier one may not fit.
  const target = vscode.Uri.joinPath(
    parent ?? vscode.Uri.joinPath(context.globalStorageUri, String(version)),
    'seep-demo',
  );
  if (!(await exists(vscode.Uri.joinPath(target, CONFIG_FILE)))) {
    const source = vscode.Uri.joinPath(context.extensionUri, 'media', 'demo');
    if (!(await exists(vscode.Uri.joinPath(source, CONFIG_FILE)))) {
      throw new SeepError('file', t('This build of Seep comes without the demo. Install the packaged extension.'));
    }
    await vscode.workspace.fs.copy(source, target, { overwrite: true });
  }
  const file = vscode.Uri.joinPath(target, ...SHOW_FIRST);
  if (vscode.workspace.getWorkspaceFolder(target)) {
    await vscode.window.showTextDocument(file);
    return;
  }
  const here = t('Open in This Window');
  const other = t('Open in New Window');
  const picked = await vscode.window.showInformationMessage(
    t(
      'The Seep demo is a small corpus about made-up companies, a forget set of where their data centers are, and three tiny models. It works offline.',
    ),
    { modal: true },
    here,
    other,
  );
  if (picked === undefined) {
    return;
  }
  const pending: Pending = { file: file.toString(), time: Date.now() };
  await context.globalState.update(Memory.openAfterReload, pending);
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: picked === other });
}

/** Goes on after the reload that opening a folder takes. */
async function openPending(memory: vscode.Memento): Promise<void> {
  const pending = memory.get<Pending>(Memory.openAfterReload);
  const file = pending && Date.now() - pending.time < PENDING_MS ? vscode.Uri.parse(pending.file) : undefined;
  if (file && vscode.workspace.getWorkspaceFolder(file)) {
    await memory.update(Memory.openAfterReload, undefined);
    await vscode.window.showTextDocument(file);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
