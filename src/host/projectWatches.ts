import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { stateOfModelFiles } from '../client/cache/modelFiles';
import { fileState } from '../client/fileState';
import type { Project } from '../client/project';
import type { ErrorReporter } from './errors';
import type { Projects } from './projects';

/** Notices when what was found in projects would be found no longer: one watch for each seep.json. */
export class ProjectWatches implements vscode.Disposable {
  readonly #watches = new Map<string, vscode.Disposable[]>();

  constructor(
    private readonly projects: Projects,
    private readonly errors: ErrorReporter,
  ) {}

  /**
   * Calls `outdated` whenever the project is no longer what it was when it was loaded (its seep.json, forget set or calibration says
   * something else), or a file in one of the model folders changes. Takes the place of what was watched of the same seep.json.
   * @param project as {@link Projects.load} gives it
   * @param models absolute paths of folders
   */
  watch(configPath: string, { hash }: Project, models: readonly string[], outdated: () => void): void {
    const { projects, errors } = this;
    const check = async (changed: string | null) => {
      if (changed === null || changed === configPath) {
        const now = await projects.load(configPath).catch(() => null);
        if (now?.hash !== hash) {
          outdated();
        }
      }
    };
    const before = stateOfModelFiles(models);
    // The disk tells of changes late: perhaps of those that were made before.
    const checkModels = async () => {
      const [then, now] = [await before, await stateOfModelFiles(models)];
      if (then === null || then.description !== now?.description) {
        outdated();
      }
    };
    this.#dispose(configPath);
    this.#watches.set(configPath, [
      ...models.flatMap((folder) =>
        onChangeIn(vscode.Uri.file(folder), '**', () => void errors.guard('model change', checkModels)),
      ),
      projects.onDidChange((changed) => void errors.guard('settings change', () => check(changed))),
    ]);
  }

  /** Calls `outdated` as well whenever one of these files, by absolute paths, is no longer what it is now. */
  watchFiles(configPath: string, paths: readonly string[], outdated: () => void): void {
    const stateOf = (path: string) => fileState(path).catch(() => null);
    const states = new Map(paths.map((path) => [path, stateOf(path)]));
    const check = async (path: string) => {
      const before = states.get(path);
      if (before !== undefined && (await before) !== (await stateOf(path))) {
        outdated();
      }
    };
    const changed = ({ fsPath }: vscode.Uri) => void this.errors.guard('file change', () => check(fsPath));
    this.#watches
      .get(configPath)
      ?.push(...foldersOf(paths).flatMap(([folder, pattern]) => onChangeIn(folder, pattern, changed)));
  }

  dispose(): void {
    for (const configPath of [...this.#watches.keys()]) {
      this.#dispose(configPath);
    }
  }

  #dispose(configPath: string): void {
    vscode.Disposable.from(...(this.#watches.get(configPath) ?? [])).dispose();
    this.#watches.delete(configPath);
  }
}

function onChangeIn(folder: vscode.Uri, pattern: string, changed: (uri: vscode.Uri) => void): vscode.Disposable[] {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern));
  return [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
}

/** What to watch, so that all files are: the workspace's folders, which VS Code watches anyway, else the files' own. */
function foldersOf(paths: readonly string[]): readonly (readonly [folder: vscode.Uri, pattern: string])[] {
  const folders = new Map<string, readonly [vscode.Uri, string]>();
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const own = vscode.Uri.file(folder);
    const top = vscode.workspace.getWorkspaceFolder(own)?.uri;
    folders.set((top ?? own).toString(), top ? [top, '**'] : [own, '*']);
  }
  return [...folders.values()];
}
