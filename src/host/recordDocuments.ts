import * as vscode from 'vscode';
import { sha256 } from '../client/calibration';
import { type CorpusFile, corpusFile } from '../client/corpusFiles';
import { fileError } from '../client/fileErrors';
import type { RecordIndex } from '../client/recordIndex';
import { RecordIndexes } from '../client/recordIndexes';
import { SeepError } from '../core/errors';
import { plural, t } from '../core/l10n';
import { documentFormatOf, READABLE_FILES } from '../core/records/corpusFormat';
import type { CorpusRecord } from '../core/records/record';
import { type ShownRecord, shownRecord } from '../core/records/shownRecord';
import { RECORD_SCHEME } from './ids';
import { withLateProgress } from './progress';
import { type Projects, shownPath } from './projects';
import { type RecordAddress, recordAddress, recordUri } from './recordUri';

/** Files with more bytes are not handed to extensions by VS Code. */
const MOST_BYTES = 50 * 1024 * 1024;

/** Longest text that is shown, in UTF-16 units: VS Code would not hand out one that is much longer. */
const MOST_UNITS = 1 << 24;

/** Why the text of such files is not edited. */
export function notEdited(): string {
  return t('VS Code does not edit files that are packed, Parquet or above 50 MB');
}

/** A record's place in its file: by its index from 0, or by a line from 1. */
export type RecordPlace = { readonly index: number } | { readonly line: number };

/** Whether only the records of a file can be shown, one by one: it is packed, Parquet, or too large. */
export function isShownByRecord({ path, bytes }: CorpusFile): boolean {
  return documentFormatOf(path) === null || bytes > MOST_BYTES;
}

/**
 * The same of the file at a path.
 * @throws SeepError where there is no file that Seep reads
 */
export async function showsRecordsAlone(path: string): Promise<boolean> {
  return isShownByRecord(await fileAt(path));
}

/**
 * Documents that show one record each, read from its file on disk. They are never edited. What an address stands for does not change:
 * once its file has changed, the document is outdated, and the record has another address.
 */
export class RecordDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #shown = new Map<string, ShownRecord>();
  /** By path: what tells of changes of a file that a record is shown of. */
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #outdated = new vscode.EventEmitter<vscode.Uri>();
  /** The file of a document has changed; it is not what it shows any more. */
  readonly onDidOutdate = this.#outdated.event;
  readonly #subscriptions: vscode.Disposable[];

  /** What finds records in the files; scans fill them. */
  readonly indexes = new RecordIndexes();

  constructor(private readonly projects: Projects) {
    this.#subscriptions = [
      this.#outdated,
      vscode.workspace.registerTextDocumentContentProvider(RECORD_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      projects.onDidChange(() => void this.#outdate(() => true)),
    ];
  }

  /**
   * Opens the document in which people see a record, and shows no editor: that of its file, or where VS Code does not hand this out, one
   * of its own.
   * @throws SeepError where there is no such record; what VS Code throws where it cannot open the file
   */
  async documentFor(path: string, place: RecordPlace): Promise<vscode.TextDocument> {
    return (await showsRecordsAlone(path))
      ? this.open(path, place)
      : vscode.workspace.openTextDocument(vscode.Uri.file(path));
  }

  /**
   * Opens the document of a record; shows no editor.
   * @throws SeepError where there is no such record
   */
  async open(file: string, place: RecordPlace): Promise<vscode.TextDocument> {
    const { uri, shown } = await this.#load(file, place);
    this.#show(uri, shown);
    return vscode.workspace.openTextDocument(uri);
  }

  /** The record that a document shows; undefined: it shows none, or one that is outdated. */
  recordIn({ uri }: Pick<vscode.TextDocument, 'uri'>): CorpusRecord | undefined {
    return this.#shown.get(uri.toString())?.record;
  }

  /** @throws SeepError where the file has changed since */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const known = this.#shown.get(uri.toString());
    if (known !== undefined) {
      return known.text;
    }
    const address = recordAddress(uri);
    const loaded = address && (await this.#load(address.file, address));
    if (loaded?.uri.toString() !== uri.toString()) {
      throw new SeepError(
        'file',
        t('{0} has changed since this record was read. Open it again.', shownPath(address?.file ?? uri.path)),
      );
    }
    this.#show(uri, loaded.shown);
    return loaded.shown.text;
  }

  dispose(): void {
    for (const each of [...this.#subscriptions, ...this.#watchers.values()]) {
      each.dispose();
    }
  }

  #show(uri: vscode.Uri, shown: ShownRecord): void {
    this.#shown.set(uri.toString(), shown);
    const file = recordAddress(uri)?.file;
    if (file !== undefined) {
      this.#watch(file);
    }
  }

  /** Reads a record and gives its address. */
  async #load(path: string, place: RecordPlace): Promise<{ uri: vscode.Uri; shown: ShownRecord }> {
    const { corpus } = await this.projects.of(vscode.Uri.file(path));
    const { record, state } = await this.#read(path, corpus.textField, place);
    const uri = recordUri({ file: path, index: record.index, state });
    const shown = shownRecord(record);
    if (shown.text.length > MOST_UNITS) {
      const length = plural(record.text.length, '{0} character', '{0} characters');
      throw new SeepError(
        'file',
        t(
          '{0}: this record is too long to be shown ({1}). Split it to read it here.',
          `${shownPath(path)}:${record.line}`,
          length,
        ),
      );
    }
    return { uri, shown };
  }

  async #read(path: string, textField: string, place: RecordPlace): Promise<{ record: CorpusRecord; state: string }> {
    const file = await fileAt(path);
    try {
      const index = await this.indexes.of(file, textField);
      const record = await withLateProgress(t('Seep: looking for a record of {0}', file.file), async (signal) =>
        'index' in place ? (await index.read(place.index, 1, signal))[0] : index.readAtLine(place.line, signal),
      );
      if (record === undefined) {
        const message =
          'index' in place
            ? t('{0}: there is no record {1}. Scan the file again.', shownPath(path), place.index + 1)
            : t('{0}: there is no record at line {1}. Scan the file again.', shownPath(path), place.line);
        throw new SeepError('record', message, path);
      }
      return { record, state: stateOf(index) };
    } catch (error) {
      throw fileError(error, 'file', path, shownPath(path));
    }
  }

  #watch(path: string): void {
    if (!this.#watchers.has(path)) {
      const changed = () => void this.#outdate((address) => address.file === path);
      const uri = vscode.Uri.file(path);
      const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), uri.path.split('/').at(-1) ?? '');
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const listeners = [watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
      this.#watchers.set(path, vscode.Disposable.from(watcher, ...listeners));
    }
  }

  /** Lets go of records that are no longer what their file holds, or what the settings call its text. */
  async #outdate(concerns: (address: RecordAddress) => boolean): Promise<void> {
    for (const key of [...this.#shown.keys()]) {
      const uri = vscode.Uri.parse(key);
      const address = recordAddress(uri);
      if (address !== null && concerns(address) && !(await this.#isCurrent(address))) {
        this.#shown.delete(key);
        this.#outdated.fire(uri);
      }
    }
  }

  async #isCurrent({ file: path, state }: RecordAddress): Promise<boolean> {
    let textField: string;
    try {
      ({ textField } = (await this.projects.of(vscode.Uri.file(path))).corpus);
    } catch {
      // A project at fault says nothing about the file.
      return true;
    }
    try {
      return stateOf(await this.indexes.of(await fileAt(path), textField)) === state;
    } catch {
      return false;
    }
  }

  #forget(uri: vscode.Uri): void {
    this.#shown.delete(uri.toString());
    const path = recordAddress(uri)?.file;
    const others = [...this.#shown.keys()].map((key) => recordAddress(vscode.Uri.parse(key))?.file);
    if (path !== undefined && !others.includes(path)) {
      this.#watchers.get(path)?.dispose();
      this.#watchers.delete(path);
    }
  }
}

/** @throws SeepError where there is no file that Seep reads */
async function fileAt(path: string): Promise<CorpusFile> {
  const name = shownPath(path);
  try {
    const file = await corpusFile(path, name);
    if (file === null) {
      throw new SeepError(
        'file',
        t('{0}: not a kind of file that Seep reads; it reads {1}', name, READABLE_FILES),
        path,
      );
    }
    return file;
  } catch (error) {
    throw fileError(error, 'file', path, name);
  }
}

/** What the records of a file hang on: its content, and what of it is text. */
function stateOf({ state, textField }: RecordIndex): string {
  return sha256(JSON.stringify([state, textField])).slice(0, 16);
}
