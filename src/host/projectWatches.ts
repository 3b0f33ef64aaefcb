import * as vscode from 'vscode';
import { stateOfModelFiles } from '../client/cache/modelFiles';
import type { Project } from '../client/project';
import type { ErrorReporter } from './errors';
import type { Projects } from './projects';

/** Notices when what was found in projects would be found no longer: one watch for each seep.json. */
export class ProjectWatches implements vscode.Disposable {
  readonly #watches = new Map<string, vscode.Disposable>();

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
    const folders = models.map((folder) =>
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), '**')),
    );
    const changes = folders.flatMap(({ onDidChange, onDidCreate, onDidDelete }) =>
      [onDidChange, onDidCreate, onDidDelete].map((event) =>
        event(() => void errors.guard('model change', checkModels)),
      ),
    );
    this.#watches.get(configPath)?.dispose();
    this.#watches.set(
      configPath,
      vscode.Disposable.from(
        ...folders,
        ...changes,
        projects.onDidChange((changed) => void errors.guard('settings change', () => check(changed))),
      ),
    );
  }

  dispose(): void {
    for (const watch of this.#watches.values()) {
      watch.dispose();
    }
    this.#watches.clear();
  }
}
