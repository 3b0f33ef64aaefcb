import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { findCorpusFiles, isInModel, ownFiles } from '../client/corpusFiles';
import { findModelFolders } from '../client/findModelFolders';
import { loadProject, loadSettings, type Project, scanSettings } from '../client/project';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { documentFormatOf } from '../core/records/corpusFormat';
import { DEFAULT_THRESHOLD } from '../core/score/leak';
import { fileOf, hasNoFile, isVersion } from './corpusDocuments';
import { NoProjectError, UntrustedError } from './errorActions';
import { CONFIG_FILE } from './ids';
import { onDidChangeSetting, setting } from './settings';

interface Loaded {
  readonly project: Promise<Project>;
  readonly watchers: vscode.Disposable;
}

/**
 * Finds and reads the seep.json that a file belongs to. A project read once stays in memory until its seep.json, its
 * forget set or its calibration changes on disk.
 */
export class Projects implements vscode.Disposable {
  readonly #loaded = new Map<string, Loaded>();
  /** Paths of seep.json by the uris of texts that have no file. */
  readonly #assigned = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<string | null>();
  /** Path of a seep.json that must be read again; null: any of them. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    const anyConfig = vscode.workspace.createFileSystemWatcher(`**/${CONFIG_FILE}`);
    const changed = (uri: vscode.Uri) => this.#forget(uri.fsPath);
    this.#subscriptions = [
      this.#changed,
      anyConfig,
      anyConfig.onDidCreate(changed),
      anyConfig.onDidDelete(changed),
      anyConfig.onDidChange(changed),
      onDidChangeSetting(['provider'], () => this.#forget(null)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#forget(null)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#assigned.delete(uri.toString())),
    ];
  }

  /**
   * Path of the nearest seep.json: in the file's own folder or above, but not above its workspace folder. A text that has no file
   * belongs to what it was {@link assign}ed to, else to the workspace's only project.
   */
  async find(uri: vscode.Uri): Promise<string | null> {
    if (hasNoFile(uri)) {
      const all = await this.ofWorkspace();
      return this.#assigned.get(uri.toString()) ?? (all.length === 1 ? (all[0] ?? null) : null);
    }
    const file = fileOf(uri);
    // What an address of another kind calls a path is one of ours only in our folders.
    const isOurs = !isVersion(uri) || vscode.workspace.getWorkspaceFolder(file) !== undefined;
    return isOurs ? this.#nearest(dirname(file.fsPath), file) : null;
  }

  /** Says which project a text without a file belongs to, until it is closed. */
  assign(uri: vscode.Uri, configPath: string): void {
    this.#assigned.set(uri.toString(), configPath);
  }

  /** The same for a folder: in it or above. */
  async findForFolder(uri: vscode.Uri): Promise<string | null> {
    return uri.scheme === 'file' ? this.#nearest(uri.fsPath, uri) : null;
  }

  async #nearest(start: string, uri: vscode.Uri): Promise<string | null> {
    const top = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, CONFIG_FILE);
      if (await isFile(candidate)) {
        return candidate;
      }
      if (folder === top || folder === dirname(folder)) {
        return null;
      }
    }
  }

  /**
   * The project of a file.
   * @throws UntrustedError, NoProjectError, or what {@link loadProject} throws
   */
  async of(uri: vscode.Uri): Promise<Project> {
    requireTrust();
    const configPath = await this.find(uri);
    if (configPath === null) {
      throw new NoProjectError(
        hasNoFile(uri) ? t('this workspace') : vscode.workspace.asRelativePath(dirname(fileOf(uri).fsPath)),
      );
    }
    return this.load(configPath);
  }

  /** @throws UntrustedError, or what {@link loadProject} throws */
  async load(configPath: string): Promise<Project> {
    requireTrust();
    const known = this.#loaded.get(configPath);
    if (known) {
      return known.project;
    }
    const provider = setting('provider');
    const project = loadProject(configPath, provider === 'project' ? {} : { provider }, shownPath);
    const watchers: vscode.Disposable[] = [this.#watch(configPath, configPath)];
    const loaded = { project, watchers: { dispose: () => watchers.forEach((watcher) => void watcher.dispose()) } };
    this.#loaded.set(configPath, loaded);
    const others = await project.then(
      ({ forgetSetPath, calibrationPath }) => [forgetSetPath, calibrationPath],
      // A file at fault is watched too, so that mending it is noticed.
      (error: unknown) => (error instanceof Error && 'file' in error ? [String(error.file)] : []),
    );
    for (const path of others) {
      if (path !== configPath && this.#loaded.get(configPath) === loaded) {
        watchers.push(this.#watch(path, configPath));
      }
    }
    return project;
  }

  /**
   * Reads the project as if its threshold were given, for the making of a calibration: the old one does not matter then and may be
   * broken. Tells besides what `seep.json` really gives.
   */
  async loadUncalibrated(configPath: string): Promise<{ project: Project; givenThreshold: number | null }> {
    requireTrust();
    const provider = setting('provider');
    const overrides = { threshold: DEFAULT_THRESHOLD, ...(provider === 'project' ? {} : { provider }) };
    const project = await loadProject(configPath, overrides, shownPath);
    const { givenThreshold } = await loadSettings(configPath, {}, shownPath);
    return { project, givenThreshold };
  }

  /** Has a project read again without waiting for the disk to tell of a change. */
  refresh(configPath: string): void {
    this.#forget(configPath);
  }

  /** Configurations at the top of the workspace's folders. */
  async ofWorkspace(): Promise<string[]> {
    const candidates = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => join(uri.fsPath, CONFIG_FILE));
    const present = await Promise.all(candidates.map(isFile));
    return candidates.filter((_, i) => present[i]);
  }

  /** The files that the configuration's corpus globs name. */
  corpusFiles(project: Project): Promise<string[]> {
    return findCorpusFiles(project);
  }

  /** Folders below `folder` that look like models, relative to it. */
  modelFolders(folder: vscode.Uri): Promise<string[]> {
    return findModelFolders(folder.fsPath);
  }

  dispose(): void {
    this.#drop(null);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #watch(path: string, configPath: string): vscode.Disposable {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), path.slice(dirname(path).length + 1));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed = () => this.#forget(configPath);
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(changed),
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
    );
  }

  #forget(configPath: string | null): void {
    this.#drop(configPath);
    this.#changed.fire(configPath);
  }

  #drop(configPath: string | null): void {
    for (const [path, { watchers }] of [...this.#loaded]) {
      if (configPath === null || configPath === path) {
        this.#loaded.delete(path);
        watchers.dispose();
      }
    }
  }
}

/** What people call the project of a folder. */
export function projectName(root: string): string {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === root)?.name ?? shownPath(root);
}

/** A path as messages give it. */
export function shownPath(path: string): string {
  return vscode.workspace.asRelativePath(path);
}

/** Whether the project's corpus globs name this file. Asks nothing of the disk. */
export function isCorpusFile(document: vscode.TextDocument, project: Project): boolean {
  const { root, corpus, checkpoints } = project;
  const path = document.uri.fsPath;
  if (
    document.uri.scheme !== 'file' ||
    documentFormatOf(path) === null ||
    ownFiles(project).includes(path) ||
    isInModel(path, project)
  ) {
    return false;
  }
  const matches = (glob: string) =>
    vscode.languages.match({ pattern: new vscode.RelativePattern(vscode.Uri.file(root), glob) }, document) > 0;
  return corpus.include.some(matches) && ![...corpus.exclude, ...checkpoints.map((name) => `${name}/**`)].some(matches);
}

/**
 * Names everything that decides a record's scores, and nothing that is applied to them afterwards: a new threshold or
 * another corpus glob costs no inference.
 */
export function scoringKey(project: Project): string {
  const { teacher, student, reference, provider, facts } = project;
  return JSON.stringify([teacher, student, reference, provider, facts, scanSettings(project)]);
}

/** The error where corpus globs match nothing, or nothing below a folder. */
export function noCorpusFiles(configPath: string, folder: string | null): SeepError {
  return new SeepError(
    'config',
    folder === null
      ? t('The corpus globs of {0} match no file. Mend corpus.include there.', shownPath(configPath))
      : t(
          'The corpus globs of {0} match no file in {1}. Mend corpus.include there.',
          shownPath(configPath),
          shownPath(folder),
        ),
    configPath,
  );
}

/** @throws UntrustedError */
export function requireTrust(trusted = vscode.workspace.isTrusted): void {
  if (!trusted) {
    throw new UntrustedError();
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
