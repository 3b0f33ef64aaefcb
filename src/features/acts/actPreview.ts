import { basename } from 'node:path';
import * as vscode from 'vscode';
import { t } from '../../core/l10n';
import { replacedText } from '../../host/actEdits';
import type { ActPlan } from '../../host/actPlan';
import type { Decisions } from '../../host/decisions';
import { PREVIEW_SCHEME } from '../../host/ids';
import { askToApply } from './askToApply';

/** Decisions that the diff editor shows of a file; where there are more, the first of those that change. */
const MOST_SHOWN = 5000;

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

  constructor(private readonly decisions: Decisions) {}

  /** Whether people want it. */
  async confirm(plan: ActPlan): Promise<boolean> {
    const pairs = [...this.#filePairs(plan), ...(await this.#decisionPairs(plan))];
    const title = t('Seep: {0} (preview)', plan.words);
    await show(title, pairs);
    const isWanted = await askToApply(plan, title, MOST_SHOWN);
    await closeTabs(title);
    this.#texts.clear();
    return isWanted;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #filePairs({ files }: ActPlan): Pair[] {
    return files
      .flatMap(({ edits }) => edits ?? [])
      .map((edits) => {
        const resource = edits.document.uri;
        return { resource, before: resource, after: this.#put(resource, replacedText(edits)) };
      });
  }

  async #decisionPairs({ decisions }: ActPlan): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (const [path, all] of decisions) {
      const resource = vscode.Uri.file(path);
      const { before, after } = await this.decisions.preview(path, all, MOST_SHOWN);
      pairs.push({ resource, before: this.#put(resource, before), after: this.#put(resource, after) });
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

async function show(title: string, pairs: readonly Pair[]): Promise<void> {
  const [only] = pairs;
  if (pairs.length === 1 && only) {
    const label = `${title}: ${basename(only.resource.fsPath)}`;
    // It stays when a record is opened from the question.
    await vscode.commands.executeCommand('vscode.diff', only.before, only.after, label, { preview: false });
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
