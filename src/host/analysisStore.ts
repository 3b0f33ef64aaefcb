import * as vscode from 'vscode';
import type { Project } from '../client/project';
import type { LineFormat } from '../core/records/corpusFormat';
import { type ReadResult, readRecords } from '../core/records/readRecords';
import type { RecordScores } from '../core/score/leak';
import { formatOfDocument, isVersion } from './corpusDocuments';
import type { Decisions } from './decisions';
import { type Activity, type Edit, FileAnalysis } from './fileAnalysis';
import { type Projects, scoringKey } from './projects';
import { RecordDocuments } from './recordDocuments';
import { isRecordDocument } from './recordUri';
import { followEdits, rereadRecords } from './rereadRecords';
import { ScoreCache } from './scoreCache';

/** Total length of the record texts whose scores are kept per project, in UTF-16 units. */
const CACHE_CAPACITY = 1 << 25;

/** Settings whose scores are kept, so that going back to them is instant. */
const MAX_CACHES = 4;

/** Results that stream in are announced at most this often. */
const ANNOUNCE_MS = 100;

/**
 * What is known of every file that was scanned in this session. The controller writes, features only read and listen.
 * Scores belong to a record's text and a project's settings, never to a place in a file.
 */
export class AnalysisStore implements vscode.Disposable {
  readonly #files = new Map<string, FileAnalysis>();
  readonly #caches = new Map<string, ScoreCache>();
  readonly #changed = new vscode.EventEmitter<ReadonlySet<string>>();
  /** Uris of files whose records, scores or activity changed. */
  readonly onDidChange = this.#changed.event;
  readonly #edited = new vscode.EventEmitter<string>();
  /** Uri of a file whose text has just been edited: what was known of the place is gone. The rest hears of it when the file is read again. */
  readonly onDidEdit = this.#edited.event;
  #pending = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  readonly #subscription: vscode.Disposable;

  /** Documents that show one record each. */
  readonly records: RecordDocuments;

  constructor(
    private readonly decisions: Decisions,
    projects: Projects,
  ) {
    this.records = new RecordDocuments(projects);
    this.#subscription = decisions.onDidChange((path) => this.#decided(path));
  }

  get(uri: vscode.Uri): FileAnalysis | undefined {
    return this.#files.get(uri.toString());
  }

  /** In the order in which they were first scanned. */
  get files(): readonly FileAnalysis[] {
    return [...this.#files.values()];
  }

  /** Those whose leaks count: no leak is counted again for another version of its file. */
  get counted(): readonly FileAnalysis[] {
    return this.files.filter(({ isVersion }) => !isVersion);
  }

  /** Reads the document's records; those whose text has been scored under the same settings have their scores at once. */
  read(document: vscode.TextDocument, project: Project): FileAnalysis {
    const current = this.get(document.uri);
    const analysis = this.#fill(
      current?.project.hash === project.hash ? current : newAnalysis(document, project),
      document,
    );
    this.#files.set(analysis.uri, analysis);
    this.#announce(analysis.uri, 'now');
    return analysis;
  }

  /** Reads what edits have changed since a document was last read, where all edits have been told. */
  readEdited(document: vscode.TextDocument, analysis: FileAnalysis): void {
    const cache = this.#cache(analysis.project);
    if (rereadRecords(document, analysis, (text) => cache.get(text))) {
      this.#announce(analysis.uri, 'now');
    } else {
      this.read(document, analysis.project);
    }
  }

  /** Like {@link read}, but leaves the store as it is: for files that nobody scanned. */
  peek(document: vscode.TextDocument, project: Project): FileAnalysis {
    return this.#fill(newAnalysis(document, project), document);
  }

  /** The records of a document as it is now; none where it shows one that is outdated. */
  recordsOf(document: vscode.TextDocument, format: LineFormat, { corpus }: Project): ReadResult {
    if (isRecordDocument(document.uri)) {
      const record = this.records.recordIn(document);
      return { records: record ? [record] : [], problems: [] };
    }
    return readRecords(document.getText(), format, corpus.textField);
  }

  /** Follows edits at once: what they touch loses its scores. */
  edit(document: vscode.TextDocument, edits: readonly Edit[]): void {
    const analysis = this.get(document.uri);
    if (analysis) {
      followEdits(document, analysis, edits);
      this.#edited.fire(analysis.uri);
    }
  }

  /** Files scores under the settings that they were computed with, and shows them where those still hold. */
  put(analysis: FileAnalysis, text: string, scores: RecordScores): void {
    this.#cache(analysis.project).set(text, scores);
    if (this.#files.get(analysis.uri) === analysis) {
      analysis.put(text, { kind: 'scored', scores });
      this.#announce(analysis.uri);
    }
  }

  fail(analysis: FileAnalysis, text: string, message: string): void {
    if (this.#files.get(analysis.uri) === analysis) {
      analysis.put(text, { kind: 'failed', message });
      this.#announce(analysis.uri);
    }
  }

  /** Lets go of a file's scores, so that the next scan computes them again. */
  unscore(analysis: FileAnalysis): void {
    const cache = this.#cache(analysis.project);
    for (const { record } of analysis.records) {
      cache.delete(record.text);
      analysis.put(record.text, { kind: 'unscored' });
    }
    this.#announce(analysis.uri, 'now');
  }

  /** Applies the threshold of a project that differs in nothing else. */
  setThreshold(analysis: FileAnalysis, project: Project): void {
    if (analysis.project.hash !== project.hash) {
      analysis.setThreshold(project);
      this.#announce(analysis.uri, 'now');
    }
  }

  setActivity(analysis: FileAnalysis, activity: Activity): void {
    const same = analysis.activity.kind === activity.kind;
    analysis.setActivity(activity);
    this.#announce(analysis.uri, same ? 'soon' : 'now');
  }

  /** Shows a file without records, because its project cannot be read. */
  empty(analysis: FileAnalysis, message: string): void {
    analysis.setRecords([], [], { version: analysis.version, lineCount: 0 }, () => undefined);
    this.setActivity(analysis, { kind: 'failed', message });
  }

  /** Forgets a file. Its scores stay in the cache. */
  remove(uri: string): void {
    if (this.#files.delete(uri)) {
      this.#announce(uri, 'now');
    }
  }

  /** Forgets all scores, for models that may have changed. Files stay, without marks. */
  forgetScores(): void {
    this.#caches.clear();
    for (const analysis of this.#files.values()) {
      this.unscore(analysis);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.records.dispose();
    this.#changed.dispose();
    this.#edited.dispose();
  }

  #decided(path: string): void {
    for (const analysis of this.#files.values()) {
      if (analysis.project.decisionsPath === path) {
        analysis.setDecisions(this.decisions.of(analysis.project));
        this.#announce(analysis.uri, 'now');
      }
    }
  }

  #fill(analysis: FileAnalysis, document: vscode.TextDocument): FileAnalysis {
    const { project, format } = analysis;
    analysis.setDecisions(this.decisions.of(project));
    const { records, problems } = this.recordsOf(document, format, project);
    const cache = this.#cache(project);
    analysis.setRecords(records, problems, document, (text) => cache.get(text));
    return analysis;
  }

  #cache(project: Project): ScoreCache {
    const key = scoringKey(project);
    const cache = this.#caches.get(key) ?? new ScoreCache(CACHE_CAPACITY);
    this.#caches.delete(key);
    this.#caches.set(key, cache);
    for (const oldest of this.#caches.keys()) {
      if (this.#caches.size <= MAX_CACHES) {
        break;
      }
      this.#caches.delete(oldest);
    }
    return cache;
  }

  #announce(uri: string, when: 'now' | 'soon' = 'soon'): void {
    this.#pending.add(uri);
    if (when === 'now') {
      this.#flush();
    } else {
      this.#timer ??= setTimeout(() => this.#flush(), ANNOUNCE_MS);
    }
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uris = this.#pending;
    this.#pending = new Set();
    this.#changed.fire(uris);
  }
}

function newAnalysis(document: vscode.TextDocument, project: Project): FileAnalysis {
  return new FileAnalysis(
    document.uri.toString(),
    formatOfDocument(document) ?? 'text',
    project,
    isVersion(document.uri),
  );
}
