import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { changeDecisionsFile, type KeptDecisions, NO_DECISIONS, readDecisions } from '../client/decisionsFile';
import { type DecisionsPreview, previewDecisions } from '../client/decisionsPreview';
import type { Project } from '../client/project';
import type { DecisionChanges } from '../core/decisions/changeDecisions';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { type Problem, SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { ActHistory, type DecidedAct, type DecidedChange } from './actHistory';
import type { ErrorReporter } from './errors';
import { shownPath } from './projects';

type Decided = Pick<Project, 'decisionsPath'>;

interface Known {
  kept: KeptDecisions;
  readonly watcher: vscode.Disposable;
  /** What is under way with the file, or was last. Never rejects. */
  last: Promise<unknown>;
}

/**
 * What was decided in each project. The file on disk is the truth, whoever writes it: this window, another one, a person or a merge. A
 * file with faults counts as far as it can be read, but is not written to.
 */
export class Decisions implements vscode.Disposable {
  readonly #known = new Map<string, Known>();
  readonly #changed = new vscode.EventEmitter<string>();
  /** Path of a file whose decisions are others now. */
  readonly onDidChange = this.#changed.event;
  readonly #history = new ActHistory();

  constructor(private readonly errors: ErrorReporter) {}

  /** As far as they are known now; the first call has them read. */
  of(project: Decided): DecisionIndex {
    return this.#knownOf(project).kept.index;
  }

  /** Lines of the project's file that say nothing, and why. */
  problemsOf(project: Decided): readonly Problem[] {
    return this.#knownOf(project).kept.problems;
  }

  /** Resolves when they have been read from disk at least once. */
  async ready(project: Decided): Promise<void> {
    await this.#knownOf(project).last;
  }

  /** What changes would make of a file; of more than `most` decisions some. Rejects with SeepError where it has faults. */
  preview(path: string, changes: DecisionChanges, most: number): Promise<DecisionsPreview> {
    return previewDecisions(path, changes, most, shownPath);
  }

  /**
   * Writes changes to disk, by the path of the file: all of them or none, and as one step for {@link undo}.
   * @param words what is done, for people: "ignore 3 leaking places"
   * @returns what {@link undo} takes back
   * @throws SeepError where a file has faults, has changes in an editor that are not saved, or cannot be written
   */
  async change(all: ReadonlyMap<string, DecisionChanges>, words: string): Promise<DecidedAct> {
    const changes: DecidedChange[] = [];
    try {
      for (const [path, after] of all) {
        changes.push({ path, before: await this.#write(path, after), after });
      }
    } catch (error) {
      await this.#revert(changes);
      throw error;
    }
    const act = { words, changes };
    this.#history.add(act);
    return act;
  }

  /**
   * Takes an act of this window back, the last one unless another is meant. What somebody has changed since stays.
   * @returns what was undone; null: nothing is left to undo, or the act is undone already or forgotten
   */
  async undo(wanted?: DecidedAct): Promise<string | null> {
    // Taken away before anything is waited for: the next undo is of the act before.
    const act = this.#history.take(wanted);
    if (act === undefined) {
      return null;
    }
    try {
      await this.#revert(act.changes);
    } catch (error) {
      // The one to be tried next.
      this.#history.add(act);
      throw error;
    }
    return act.words;
  }

  dispose(): void {
    for (const { watcher } of this.#known.values()) {
      watcher.dispose();
    }
    this.#changed.dispose();
  }

  async #revert(changes: readonly DecidedChange[]): Promise<void> {
    for (const { path, before, after } of changes) {
      await this.#write(path, before, after);
    }
  }

  /** @returns what the changed keys stood for */
  #write(path: string, changes: DecisionChanges, expected?: DecisionChanges): Promise<DecisionChanges> {
    return this.#inTurn(path, async () => {
      const open = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === path);
      if (open?.isDirty) {
        throw new SeepError(
          'file',
          t('{0} has changes that are not saved. Save or revert it first.', shownPath(path)),
          path,
        );
      }
      const { kept, before } = await changeDecisionsFile(path, changes, shownPath, expected);
      this.#take(path, kept);
      return before;
    });
  }

  #knownOf({ decisionsPath: path }: Decided): Known {
    const known = this.#known.get(path);
    if (known) {
      return known;
    }
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
    const files = vscode.workspace.createFileSystemWatcher(pattern);
    const read = () => void this.#inTurn(path, () => this.#read(path));
    const watcher = vscode.Disposable.from(
      files,
      files.onDidChange(read),
      files.onDidCreate(read),
      files.onDidDelete(read),
    );
    const fresh: Known = { kept: NO_DECISIONS, watcher, last: Promise.resolve() };
    this.#known.set(path, fresh);
    read();
    return fresh;
  }

  /** Readings and changes of a file one after the other: what began earlier must not end later, with what the file said before. */
  #inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const known = this.#known.get(path);
    if (known === undefined) {
      return work();
    }
    const done = known.last.then(work);
    known.last = done.catch(() => {});
    return done;
  }

  async #read(path: string): Promise<void> {
    await this.errors.guard('decisions', async () => {
      const known = this.#known.get(path)?.kept ?? NO_DECISIONS;
      const kept = await readDecisions(path, shownPath, known.hash);
      if (kept !== null) {
        this.#take(path, kept);
      }
    });
  }

  #take(path: string, kept: KeptDecisions): void {
    const known = this.#known.get(path);
    if (known !== undefined) {
      known.kept = kept;
      this.#changed.fire(path);
    }
  }
}
