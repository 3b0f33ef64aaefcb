import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { TestAccess } from '../../src/extension';
import type { FileAnalysis } from '../../src/host/fileAnalysis';
import { Commands } from '../../src/host/ids';
import type { ToSummary } from '../../src/protocol/summary';
import { repoRoot } from '../repoRoot';

/** The window's folder. It holds a copy of the demo in `demo/` and has no seep.json of its own. */
export function windowFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the launcher opens a folder');
  return folder.uri.fsPath;
}

export function extension(): vscode.Extension<TestAccess> {
  const found = vscode.extensions.getExtension<TestAccess>('seep.seep');
  assert.ok(found);
  return found;
}

/** The parts of the extension under test, activated. */
export async function seep(): Promise<TestAccess> {
  return extension().activate();
}

/** Documents without an editor from which on VS Code closes the oldest, and some more. */
const MOST_UNSHOWN = 100;

export interface ProjectOptions {
  /** Keys of seep.json that differ from the demo's; null takes a key out. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Writes a project of its own into a folder, the window's unless told otherwise. It uses the demo's models and facts where `config` has no others. */
export function makeProject(
  name: string,
  { config = {}, files = {} }: ProjectOptions = {},
  parent = windowFolder(),
): string {
  const folder = join(parent, name);
  const demo = (path: string) => relative(folder, join(windowFolder(), 'demo', path));
  const settings = {
    teacher: demo('models/teacher'),
    student: demo('models/student'),
    reference: demo('models/reference'),
    forgetSet: demo('forget.jsonl'),
    corpus: { include: ['*.jsonl', '*.md', '*.txt'] },
    threshold: 0.02,
    ...config,
  };
  const kept = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
  write(join(folder, 'seep.json'), JSON.stringify(kept, null, 2));
  for (const [path, text] of Object.entries(files)) {
    write(join(folder, path), text);
  }
  return folder;
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function jsonl(...texts: string[]): string {
  return texts.map((text, i) => `${JSON.stringify({ id: `t-${i}`, text })}\n`).join('');
}

export async function show(...path: string[]): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.file(join(...path)));
}

/** Scans a document and gives what is known of it then. */
export async function scanned(document: vscode.TextDocument): Promise<FileAnalysis> {
  const { controller, store } = await seep();
  await controller.scan(document);
  const analysis = store.get(document.uri);
  assert.ok(analysis);
  return analysis;
}

/** Has VS Code close what no editor shows, as it does when extensions have opened many documents; resolves when one is closed. */
export async function closeUnshown(document: vscode.TextDocument): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (let i = 0; !document.isClosed && i < MOST_UNSHOWN; i++) {
    const path = join(windowFolder(), 'unshown', `${i}.log`);
    write(path, '');
    await vscode.workspace.openTextDocument(path);
  }
  await until('the document to be closed', () => document.isClosed);
}

/** Waits until `condition` gives something; fails with `what` after a while. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, false | null | undefined>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<T, false | null | undefined>;
    }
    if (Date.now() > end) {
      throw new Error(`waited in vain for ${what}`);
    }
    await sleep(25);
  }
}

/** What the summary page is told in each test of a suite, which begins and ends with no editor and no results. */
export function summaryMessages(): readonly ToSummary[] {
  const messages: ToSummary[] = [];
  let listener: vscode.Disposable;
  const clear = async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand(Commands.clearResults);
  };
  before(async () => {
    listener = (await seep()).pages.summary.page.onDidPost((message) => messages.push(message));
  });
  beforeEach(async () => {
    await clear();
    messages.length = 0;
  });
  after(async () => {
    listener.dispose();
    await clear();
  });
  return messages;
}

/** What stands at a UTF-16 range of a document. */
export function textAt(document: vscode.TextDocument, [start, end]: readonly [number, number]): string {
  return document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
}

export async function lenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  await vscode.workspace.openTextDocument(uri);
  return vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 1000);
}

export async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  return (await lenses(uri)).map(({ command }) => command?.title ?? '');
}

/** Text of all hovers at a UTF-16 offset. */
export async function hoverAt(document: vscode.TextDocument, offset: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    document.positionAt(offset),
  );
  return hovers
    .flatMap(({ contents }) => contents.map((part) => (typeof part === 'string' ? part : part.value)))
    .join('\n');
}

export interface Shown {
  readonly text: string;
  readonly buttons: readonly string[];
}

/**
 * Runs `work` and gives the messages that came up meanwhile. They are not shown, so that nothing waits for a click.
 * @param click the button that is clicked wherever a message has it, at once or when it is told
 */
export async function messagesDuring(work: () => Promise<unknown>, click?: string | Promise<string>): Promise<Shown[]> {
  const shown: Shown[] = [];
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
  const originals = names.map((name) => vscode.window[name]);
  const record = async (text: string, ...rest: unknown[]) => {
    shown.push({ text, buttons: rest.filter((each) => typeof each === 'string') });
    const clicked = await click;
    return rest.find((each) => each === clicked);
  };
  for (const name of names) {
    Object.assign(vscode.window, { [name]: record });
  }
  try {
    await work();
  } finally {
    names.forEach((name, i) => void Object.assign(vscode.window, { [name]: originals[i] }));
  }
  return shown;
}

/** Answers to the questions that a command asks; a missing one is as if it was dismissed. */
export interface Answers {
  readonly open?: readonly vscode.Uri[];
  readonly save?: vscode.Uri;
  readonly input?: string;
  /** Picks one of the entries by their labels. */
  pick?(labels: readonly string[]): string | undefined | Promise<string | undefined>;
}

/** Runs `work` with dialogs and lists that are answered at once instead of being shown. */
export async function answering(answers: Answers, work: () => Promise<unknown>): Promise<void> {
  const stubs = {
    showOpenDialog: async () => answers.open,
    showSaveDialog: async () => answers.save,
    showInputBox: async () => answers.input,
    showQuickPick: async (items: readonly vscode.QuickPickItem[]) => {
      const label = await answers.pick?.(items.map((each) => each.label));
      return items.find((each) => each.label === label);
    },
  };
  const originals = Object.keys(stubs).map((name) => [name, Reflect.get(vscode.window, name)] as const);
  Object.assign(vscode.window, stubs);
  try {
    await work();
  } finally {
    Object.assign(vscode.window, Object.fromEntries(originals));
  }
}

interface GoldenLeak {
  readonly fact: string;
  readonly position: number;
  readonly kind: 'shadow' | 'stated';
  readonly lift: number;
  readonly tokenMass: number;
  readonly rank: number;
}

export interface GoldenRecord {
  readonly name: string;
  readonly text: string;
  /** UTF-16 ranges of the model input's tokens, by position. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  readonly leaks: readonly GoldenLeak[];
}

/** What an independent computation in Python found in some records of the demo. */
export function golden(): readonly GoldenRecord[] {
  const path = join(repoRoot, 'test/fixtures/golden/demo.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { records: GoldenRecord[] }).records;
}

/** A golden record with at least one clear leak. */
export function leakyGolden(kind: 'shadow' | 'stated', count = 1): readonly GoldenRecord[] {
  const found = golden().filter(
    ({ name, leaks }) => !name.startsWith('synthetic') && leaks.some((leak) => leak.kind === kind && leak.lift >= 0.1),
  );
  assert.ok(found.length >= count, `the golden file has too few records with ${kind} leaks`);
  return found.slice(0, count);
}

/** A golden record in which nothing comes near a leak. */
export function cleanGolden(): GoldenRecord {
  const found = golden().find(({ leaks }) => leaks.every(({ lift }) => lift < 0.005));
  assert.ok(found, 'the golden file has no clean record');
  return found;
}
