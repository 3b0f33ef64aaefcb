import { basename } from 'node:path';
import * as vscode from 'vscode';
import { readSoundDecisions } from '../client/decisionsFile';
import { changeDecisions, decisionsText } from '../core/decisions/writeDecisions';
import { t } from '../core/l10n';
import { type ActPlan, replacedText } from './actPlan';
import { PREVIEW_SCHEME } from './ids';
import { shownPath } from './projects';

/** Two texts to compare; the resource names them. */
interface Pair {
  readonly resource: vscode.Uri;
  readonly before: vscode.Uri;
  readonly after: vscode.Uri;
}

/** Shows what an act would do in VS Code's own diff editor, and asks whether to do it. */
export class ActPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this);
  #count = 0;

  /** Whether people want it. */
  async confirm(plan: ActPlan): Promise<boolean> {
    const pairs = [...this.#filePairs(plan), ...(await this.#decisionPairs(plan))];
    const title = t('Seep: {0} (preview)', plan.words);
    await show(title, pairs);
    const apply: vscode.QuickPickItem = { label: APPLY, description: plan.words };
    const picked = await vscode.window.showQuickPick(
      [apply, { label: t('Cancel'), description: t('change nothing') }],
      {
        title,
        placeHolder: t('The editor shows what would change'),
        ignoreFocusOut: true,
      },
    );
    await closeTabs(title);
    this.#texts.clear();
    return picked === apply;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #filePairs({ files }: ActPlan): Pair[] {
    return files
      .filter(({ replacements }) => replacements.length > 0)
      .map((file) => {
        const resource = file.document.uri;
        return { resource, before: resource, after: this.#put(resource, replacedText(file)) };
      });
  }

  async #decisionPairs({ decisions }: ActPlan): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (const [path, changes] of decisions) {
      const resource = vscode.Uri.file(path);
      const before = await readSoundDecisions(path, shownPath);
      pairs.push({
        resource,
        before: this.#put(resource, decisionsText(before)),
        after: this.#put(resource, decisionsText(changeDecisions(before, changes))),
      });
    }
    return pairs;
  }

  #put(resource: vscode.Uri, text: string): vscode.Uri {
    this.#count++;
    const uri = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: resource.path, query: String(this.#count) });
    this.#texts.set(uri.toString(), text);
    return uri;
  }
}

/** The entry that has the act done. */
export const APPLY = t('Apply');

async function show(title: string, pairs: readonly Pair[]): Promise<void> {
  const [only] = pairs;
  if (pairs.length === 1 && only) {
    const name = basename(only.resource.fsPath);
    await vscode.commands.executeCommand('vscode.diff', only.before, only.after, `${title}: ${name}`);
  } else {
    const resources = pairs.map(({ resource, before, after }) => [resource, before, after]);
    await vscode.commands.executeCommand('vscode.changes', title, resources);
  }
}

async function closeTabs(title: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ label }) => label.startsWith(title));
  await vscode.window.tabGroups.close(tabs);
}
