import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { changeDecisionsFile, readDecisionsText, readSoundDecisions } from '../client/decisionsFile';
import type { Project } from '../client/project';
import type { Decision } from '../core/decisions/decision';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import { type DecisionsResult, parseDecisions } from '../core/decisions/parseDecisions';
import { asTheyAre, changesToUndo } from '../core/decisions/undoneDecisions';
import type { DecisionChanges } from '../core/decisions/writeDecisions';
import { type Problem, SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { ActHistory, type DecidedChange } from './actHistory';
import type { ErrorReporter } from './errors';
import { shownPath } from './projects';

type Decided = Pick<Project, 'decisionsPath'>;

interface Known {
  /** Of the file. */
  text: string;
  index: DecisionIndex;
  problems: readonly Problem[];
  readonly watcher: vscode.Disposable;
  /** The reading under way, or the last. */
  reading: Promise<void>;
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
    return this.#knownOf(project).index;
  }

  /** Lines of the project's file that say nothing, and why. */
  problemsOf(project: Decided): readonly Problem[] {
    return this.#knownOf(project).problems;
  }

  /** Resolves when they have been read from disk at least once. */
  async ready(project: Decided): Promise<void> {
    await this.#knownOf(project).reading;
  }

  /** Those that a file holds now. Rejects with SeepError where it has faults. */
  current(path: string): Promise<readonly Decision[]> {
    return readSoundDecisions(path, shownPath);
  }

  /**
   * Writes changes to disk, by the path of the file: all of them or none, and as one step for {@link undo}.
   * @param words what is done, for people: "ignore 3 leaking places"
   * @throws SeepError where a file has faults, has changes in an editor that are not saved, or cannot be written
   */
  async change(all: ReadonlyMap<string, DecisionChanges>, words: string): Promise<void> {
    const changes: DecidedChange[] = [];
    try {
      for (const [path, after] of all) {
        const { before } = await this.#write(path, () => after);
        changes.push({ path, before: asTheyAre(before, after.keys()), after });
      }
    } catch (error) {
      await this.#revert(changes);
      throw error;
    }
    this.#history.add({ words, changes });
  }

  /**
   * Takes this window's last act back. What somebody has changed since stays.
   * @returns what was undone; null: nothing is left to undo
   */
  async undo(): Promise<string | null> {
    // Taken away before anything is waited for: the next undo is of the act before.
    const act = this.#history.take();
    if (act === undefined) {
      return null;
    }
    try {
      await this.#revert(act.changes);
    } catch (error) {
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
      await this.#write(path, (current) => changesToUndo(current, before, after));
    }
  }

  async #write(path: string, changes: (current: readonly Decision[]) => DecisionChanges) {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === path);
    if (open?.isDirty) {
      throw new SeepError(
        'file',
        t('{0} has changes that are not saved. Save or revert it first.', shownPath(path)),
        path,
      );
    }
    const result = await changeDecisionsFile(path, changes, shownPath);
    this.#take(path, result.text, { decisions: result.after, problems: [] });
    return result;
  }

  #knownOf({ decisionsPath: path }: Decided): Known {
    const known = this.#known.get(path);
    if (known) {
      return known;
    }
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
    const files = vscode.workspace.createFileSystemWatcher(pattern);
    // One after the other: a reading that began earlier must not end later, with what the file said before.
    const read = () => {
      fresh.reading = fresh.reading.then(() => this.#read(path));
    };
    const watcher = vscode.Disposable.from(
      files,
      files.onDidChange(read),
      files.onDidCreate(read),
      files.onDidDelete(read),
    );
    const fresh: Known = { text: '', index: DecisionIndex.EMPTY, problems: [], watcher, reading: Promise.resolve() };
    this.#known.set(path, fresh);
    read();
    return fresh;
  }

  async #read(path: string): Promise<void> {
    await this.errors.guard('decisions', async () => {
      const text = await readDecisionsText(path, shownPath);
      if (text !== this.#known.get(path)?.text) {
        this.#take(path, text, parseDecisions(text));
      }
    });
  }

  #take(path: string, text: string, { decisions, problems }: DecisionsResult): void {
    const known = this.#known.get(path);
    if (known !== undefined) {
      known.text = text;
      known.index = new DecisionIndex(decisions);
      known.problems = problems;
      this.#changed.fire(path);
    }
  }
}
