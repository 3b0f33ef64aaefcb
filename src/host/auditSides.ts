import { basename, dirname } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Project } from '../client/project';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { LAST_ENDINGS } from '../core/records/corpusFormat';
import type { AuditScope } from '../protocol/audit';
import { Memory } from './ids';
import { shownPath } from './projects';

type Sides = Pick<AuditScope, 'raw' | 'filtered'>;

/** What was audited last in each project, in the memory of the workspace. */
const Remembered = v.record(v.string(), v.object({ raw: v.string(), filtered: v.string() }));

/** Keeps what a project's filter was last audited with. */
export async function rememberSides(memory: vscode.Memento, { configPath, raw, filtered }: AuditScope): Promise<void> {
  await memory.update(Memory.audits, { ...recall(memory), [configPath]: { raw, filtered } });
}

function recall(memory: vscode.Memento): v.InferOutput<typeof Remembered> {
  const { success, output } = v.safeParse(Remembered, memory.get(Memory.audits));
  return success ? output : {};
}

/** Asks what to compare: what seep.json names, what was compared last, or files or folders that people choose. */
export async function chooseSides(project: Project, configPath: string, memory: vscode.Memento): Promise<Sides> {
  const { raw, filtered } = project.audit;
  const named = raw !== null && filtered !== null ? { raw, filtered } : undefined;
  const last = recall(memory)[configPath];
  const known = [
    ...(named ? [{ sides: named, description: t('as seep.json says') }] : []),
    ...(last && !(named && same(last, named)) ? [{ sides: last, description: t('as last time') }] : []),
  ];
  const items = [
    ...known.map(({ sides, description }) => ({ label: labelOf(sides), description, sides: async () => sides })),
    { label: t('Choose Files…'), description: '', sides: () => askFor('file') },
    { label: t('Choose Folders…'), description: '', sides: () => askFor('folder') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Audit a Filter'),
    placeHolder: t('Which corpus, before and after filtering?'),
  });
  return chosen(await picked?.sides());
}

/** Asks which of two files or folders is the raw corpus. */
export async function chooseRaw([one, other]: readonly [vscode.Uri, vscode.Uri]): Promise<Sides> {
  const items = [one, other].map(({ fsPath }) => ({ label: shownPath(fsPath), path: fsPath }));
  const picked = await vscode.window.showQuickPick(items, { title: t('Which is the corpus before filtering?') });
  const { path } = chosen(picked);
  return { raw: path, filtered: path === one.fsPath ? other.fsPath : one.fsPath };
}

async function askFor(what: 'file' | 'folder'): Promise<Sides | undefined> {
  const raw = await ask(what, t('The Corpus before Filtering'), t('Choose Raw'));
  const filtered = raw && (await ask(what, t('The Corpus after Filtering'), t('Choose Filtered'), raw));
  return raw && filtered && { raw: raw.fsPath, filtered: filtered.fsPath };
}

async function ask(
  what: 'file' | 'folder',
  title: string,
  openLabel: string,
  near?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel,
    canSelectFiles: what === 'file',
    canSelectFolders: what === 'folder',
    filters: what === 'file' ? { [t('Corpus Files')]: LAST_ENDINGS.map((ending) => ending.slice(1)) } : {},
    ...(near === undefined ? {} : { defaultUri: vscode.Uri.file(dirname(near.fsPath)) }),
  });
  return picked?.[0];
}

function chosen<T>(choice: T | undefined): T {
  if (choice === undefined) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
  return choice;
}

function same(a: Sides, b: Sides): boolean {
  return a.raw === b.raw && a.filtered === b.filtered;
}

/** "raw.jsonl → filtered.jsonl", as paths where the names do not tell. */
export function labelOf({ raw, filtered }: Sides): string {
  const near = dirname(raw) === dirname(filtered);
  const name = (path: string) => (near ? basename(path) : shownPath(path));
  return `${name(raw)} → ${name(filtered)}`;
}
