import * as vscode from 'vscode';
import type { CachedEngine } from '../client/cache/cachedEngine';
import { type Project, scanSettings, settleThreshold } from '../client/project';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { DOCUMENT_ENDINGS } from '../core/records/corpusFormat';
import type { Inspection, ScanProgress } from '../protocol/engine';
import type { AnalysisStore } from './analysisStore';
import { documentName, formatOfDocument } from './corpusDocuments';
import { type Engines, SupersededError } from './engines';
import { isCancelled } from './errorActions';
import type { ErrorReporter } from './errors';
import type { FileAnalysis, RecordAnalysis } from './fileAnalysis';
import { onDidLeaveWorkspace } from './leftFolders';
import type { Projects } from './projects';
import { setting } from './settings';

/** Quiet time after an edit before the changed records are scanned again. */
const QUIET_MS = 400;

/** Bounds of one request to the engine; between requests, records that have come into view go first. */
const MAX_RECORDS_PER_REQUEST = 4096;
const MAX_UNITS_PER_REQUEST = 1 << 22;

interface Job {
  readonly analysis: FileAnalysis;
  readonly abort: AbortController;
  /** Texts to score; `all`: whatever has no scores. */
  wanted: 'all' | Set<string>;
  done: Promise<void>;
}

/** A record with the full distributions at one of its positions. */
export interface InspectedPlace {
  readonly project: Project;
  readonly entry: RecordAnalysis;
  readonly inspection: Inspection;
}

export interface InspectOptions {
  readonly temperature: number;
  readonly topK: number;
  /** Id of the fact whose answers are followed token by token. */
  readonly follow: string | null;
}

/** Turns what people do (scan, cancel, edit, look closer) into requests to the engine and puts the answers into the store. */
export class Controller implements vscode.Disposable {
  readonly #jobs = new Map<string, Job>();
  readonly #quiet = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: vscode.Disposable[];
  /** Records that engines have scored in this session; what was known already does not count. */
  recordsSent = 0;

  constructor(
    private readonly store: AnalysisStore,
    private readonly projects: Projects,
    private readonly engines: Engines,
    private readonly errors: ErrorReporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        // Whatever is no file cannot be opened again.
        if (uri.scheme !== 'file') {
          this.clear(uri);
        }
      }),
      engines.onDidFallBack((error) => errors.report('provider', error)),
      engines.onDidFindUnscorable((error) => errors.report('forget set', error)),
      vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => void this.clear(uri))),
      vscode.workspace.onDidRenameFiles(({ files }) => files.forEach(({ oldUri }) => void this.clear(oldUri))),
      onDidLeaveWorkspace((hasLeft) => {
        for (const { uri, project } of store.files) {
          if (hasLeft(project.configPath ?? project.root)) {
            this.clear(vscode.Uri.parse(uri));
          }
        }
      }),
      projects.onDidChange((configPath) => {
        void errors.guard('settings change', () => this.#settingsChanged(configPath));
      }),
    ];
  }

  get scanning(): boolean {
    return this.#jobs.size > 0;
  }

  /**
   * Scans a document; scores that are known already are not asked for again. Where all are known, `again` decides whether
   * everything is scanned anew. A second call while a scan runs joins it. Resolves when the scan is complete; rejects with
   * SeepError.
   */
  async scan(document: vscode.TextDocument, { again = true } = {}): Promise<void> {
    if (formatOfDocument(document) === null) {
      const endings = DOCUMENT_ENDINGS.join(', ');
      throw new SeepError(
        'usage',
        t(
          'Seep scans files that end in {0}, and unsaved texts in a language of these. Save this as such a file, or change its language.',
          endings,
        ),
      );
    }
    const project = await this.#projectOf(document.uri);
    const running = this.#jobs.get(document.uri.toString());
    if (running?.analysis.project.hash === project.hash && !running.abort.signal.aborted) {
      running.wanted = 'all';
      return running.done;
    }
    running?.abort.abort();
    const analysis = this.store.read(document, project);
    analysis.retryFailed();
    if (again && analysis.unscored().length === 0) {
      this.store.unscore(analysis);
    }
    return this.#start(analysis, 'all');
  }

  /** What is known of a document where it is known, else its records without scores. */
  async read(document: vscode.TextDocument): Promise<FileAnalysis> {
    return this.#current(document, await this.#projectOf(document.uri));
  }

  /** Cancels one file's scan, or all scans. */
  cancel(uri?: vscode.Uri): void {
    for (const [key, job] of this.#jobs) {
      if (uri === undefined || uri.toString() === key) {
        job.abort.abort();
      }
    }
  }

  /** Takes all marks off a file and stops following it. */
  clear(uri: vscode.Uri): void {
    this.cancel(uri);
    this.#stopTimer(uri.toString());
    this.store.remove(uri.toString());
  }

  /** The same for every file. */
  clearAll(): void {
    for (const { uri } of this.store.files) {
      this.clear(vscode.Uri.parse(uri));
    }
  }

  /** Ends the engine; what was being scanned is cancelled, and all scores are forgotten since the models may be others now. */
  async restart(): Promise<void> {
    this.cancel();
    await this.engines.restart();
    this.store.forgetScores();
  }

  /**
   * The full distributions at a place of a document, scanned or not.
   * @param at an offset in the document, or a position in the record that holds `offset`
   * @returns null where there is no record
   */
  async inspect(
    document: vscode.TextDocument,
    at: { readonly offset: number; readonly position?: number },
    options: InspectOptions,
    signal: AbortSignal,
  ): Promise<InspectedPlace | null> {
    const project = await this.#projectOf(document.uri);
    const entry = this.#current(document, project).recordAt(at.offset);
    if (entry === undefined) {
      return null;
    }
    const where = at.position === undefined ? { offset: entry.toText(at.offset) } : { position: at.position };
    return this.engines.use(project, signal, async ({ client, opened: { models }, signal: wanted }) => {
      const inspection = await client.inspect({ text: entry.record.text, at: where, ...options }, wanted);
      return { project: settleThreshold(project, models), entry, inspection };
    });
  }

  dispose(): void {
    this.cancel();
    for (const uri of [...this.#quiet.keys()]) {
      this.#stopTimer(uri);
    }
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  /** The stored analysis where it matches the document's text, else a fresh reading that is not stored. */
  #current(document: vscode.TextDocument, project: Project): FileAnalysis {
    const stored = this.store.get(document.uri);
    if (stored?.version === document.version && stored.project.hash === project.hash) {
      return stored;
    }
    return this.store.peek(document, project);
  }

  /** The document's project, with the threshold that holds for its models where these are open. */
  async #projectOf(uri: vscode.Uri): Promise<Project> {
    const project = await this.projects.of(uri);
    const models = this.engines.modelsOf(project);
    return models === null ? project : settleThreshold(project, models);
  }

  #start(analysis: FileAnalysis, wanted: Job['wanted']): Promise<void> {
    const abort = new AbortController();
    const job: Job = { analysis, abort, wanted, done: Promise.resolve() };
    this.#jobs.set(analysis.uri, job);
    job.done = this.#run(job).finally(() => {
      if (this.#jobs.get(analysis.uri) === job) {
        this.#jobs.delete(analysis.uri);
      }
    });
    return job.done;
  }

  async #run(job: Job): Promise<void> {
    const { analysis } = job;
    const { signal } = job.abort;
    const started = Date.now();
    const name = documentName(vscode.Uri.parse(analysis.uri));
    this.store.setActivity(analysis, { kind: 'loading' });
    try {
      const { records, tokens } = await this.engines.use(
        analysis.project,
        signal,
        ({ client, opened, signal: wanted }) => {
          this.store.setThreshold(analysis, settleThreshold(analysis.project, opened.models));
          return this.#scanAll(job, client, wanted);
        },
      );
      this.store.setActivity(analysis, { kind: 'idle' });
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      this.log.info(`scan: ${name}: ${records} records, ${tokens} tokens, ${seconds} s`);
    } catch (thrown) {
      // Whoever changes the settings has the scan start over.
      const error = thrown instanceof SupersededError ? new SeepError('cancelled', 'Cancelled.') : thrown;
      if (!isCancelled(error)) {
        const message = error instanceof SeepError ? error.message : t('Seep ran into a bug; the log has the details.');
        this.store.setActivity(analysis, { kind: 'failed', message });
      } else if (analysis.activity.kind !== 'failed') {
        this.store.setActivity(analysis, { kind: 'idle' });
      }
      throw error;
    }
  }

  /** Asks for what has no scores until everything has, or has failed. */
  async #scanAll(job: Job, client: CachedEngine, signal: AbortSignal): Promise<{ records: number; tokens: number }> {
    let records = 0;
    let tokens = 0;
    let done = 0;
    for (let batch = nextBatch(job); batch.length > 0; batch = nextBatch(job)) {
      const total = done + totalLength(unscored(job));
      records += batch.length;
      tokens += await this.#scanBatch(job, client, signal, batch, { done, total });
      done += totalLength(batch);
    }
    return { records, tokens };
  }

  /** @returns tokens read */
  async #scanBatch(
    { analysis }: Job,
    client: CachedEngine,
    signal: AbortSignal,
    batch: readonly string[],
    { done, total }: { readonly done: number; readonly total: number },
  ): Promise<number> {
    const units = totalLength(batch);
    const missing = new Set(batch);
    let answered = 0;
    const answer = (key: number): string => {
      const text = batch[key] ?? '';
      missing.delete(text);
      answered += text.length;
      return text;
    };
    this.store.setActivity(analysis, { kind: 'scanning', done, total });
    const onProgress = (progress: ScanProgress) => {
      if (progress.kind === 'record') {
        this.store.put(analysis, answer(progress.key), progress.scores);
      } else if (progress.kind === 'failed') {
        this.store.fail(analysis, answer(progress.key), progress.message);
      } else if (!signal.aborted && progress.total > 0) {
        const share = Math.max(answered, (units * progress.done) / progress.total);
        // The engine's total may still grow, so that it is not done before it says so.
        this.store.setActivity(analysis, { kind: 'scanning', done: Math.min(done + share, 0.99 * total), total });
      }
    };
    const { tokens, cached } = await client.scan(
      { records: batch.map((text, key) => ({ key, text })), ...scanSettings(analysis.project) },
      { signal, onProgress },
    );
    this.recordsSent += batch.length - cached;
    // An engine that answers too little must not be asked for ever.
    for (const text of missing) {
      this.store.fail(analysis, text, t('The engine gave no result for this record.'));
    }
    return tokens;
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const uri = document.uri.toString();
    if (contentChanges.length === 0 || this.store.get(document.uri) === undefined) {
      return;
    }
    this.store.edit(
      document,
      contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
        offset: rangeOffset,
        removed: rangeLength,
        inserted: text.length,
      })),
    );
    this.#stopTimer(uri);
    this.#quiet.set(
      uri,
      setTimeout(() => {
        this.#quiet.delete(uri);
        void this.errors.guard('rescan', () => this.#reread(document, 'edits'));
      }, QUIET_MS),
    );
  }

  #opened(document: vscode.TextDocument): void {
    const analysis = this.store.get(document.uri);
    if (analysis && analysis.activity.kind !== 'failed') {
      void this.errors.guard('rescan', () => this.#reread(document, 'all'));
    }
  }

  /** Reads a document again after edits; records that are new to Seep are scanned, those that nobody scanned yet are not. */
  #reread(document: vscode.TextDocument, what: 'edits' | 'all'): Promise<void> | undefined {
    const analysis = this.store.get(document.uri);
    if (analysis === undefined || document.isClosed) {
      return undefined;
    }
    const leftOut = new Set(analysis.unscored());
    if (what === 'edits') {
      this.store.readEdited(document, analysis);
    } else {
      this.store.read(document, analysis.project);
    }
    const fresh = analysis.unscored().filter((text) => !leftOut.has(text));
    if (fresh.length === 0 || !setting('rescanOnEdit', document.uri)) {
      return undefined;
    }
    const running = this.#jobs.get(analysis.uri);
    if (running === undefined) {
      return this.#start(analysis, new Set(fresh)).catch((error: unknown) => this.#quietly('rescan', error));
    }
    if (running.wanted !== 'all') {
      for (const text of fresh) {
        running.wanted.add(text);
      }
    }
    return undefined;
  }

  /** Drops what was computed under other settings; scans that were under way start over with the new ones. */
  async #settingsChanged(configPath: string | null): Promise<void> {
    // Looked at before anybody else asks for the new settings, which ends what is under way with the old ones.
    const scanning = new Set(this.#jobs.keys());
    for (const { uri: key, project: old } of this.store.files) {
      if (configPath !== null && old.configPath !== configPath) {
        continue;
      }
      const uri = vscode.Uri.parse(key);
      let project: Project | undefined;
      let fault = '';
      try {
        project = await this.#projectOf(uri);
      } catch (error) {
        fault = error instanceof Error ? error.message : String(error);
      }
      const analysis = this.store.get(uri);
      // Files are touched without being changed, and a scan may have brought the new settings meanwhile.
      const unchanged = analysis?.project.hash === project?.hash && analysis?.activity.kind !== 'failed';
      if (analysis === undefined || unchanged) {
        continue;
      }
      this.cancel(uri);
      const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === key);
      if (project === undefined) {
        this.log.warn(`settings change: ${fault}`);
        this.store.empty(analysis, fault);
      } else if (document === undefined) {
        this.store.remove(key);
      } else {
        const fresh = this.store.read(document, project);
        this.store.setActivity(fresh, { kind: 'idle' });
        if (scanning.has(key) && fresh.unscored().length > 0) {
          void this.#start(fresh, 'all').catch((error: unknown) => this.errors.report('scan', error));
        }
      }
    }
  }

  /** Nobody asked for this work just now: the status bar tells of the failure, a notification would be in the way. */
  #quietly(what: string, error: unknown): void {
    if (!(error instanceof SeepError)) {
      throw error;
    }
    this.log.warn(`${what}: ${error.message}`);
  }

  #stopTimer(uri: string): void {
    clearTimeout(this.#quiet.get(uri));
    this.#quiet.delete(uri);
  }
}

function unscored({ analysis, wanted }: Job): readonly string[] {
  const texts = analysis.unscored();
  return wanted === 'all' ? texts : texts.filter((text) => wanted.has(text));
}

/** What to ask for next: records on the screen, or, when those are done, the next lot from the top. */
function nextBatch(job: Job): readonly string[] {
  const texts = unscored(job);
  const visible = visibleTexts(job.analysis);
  const first = texts.filter((text) => visible.has(text));
  const batch: string[] = [];
  let units = 0;
  for (const text of first.length > 0 ? first : texts) {
    units += text.length;
    if (batch.length > 0 && (batch.length >= MAX_RECORDS_PER_REQUEST || units > MAX_UNITS_PER_REQUEST)) {
      break;
    }
    batch.push(text);
  }
  return batch;
}

function visibleTexts(analysis: FileAnalysis): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { document, visibleRanges } of vscode.window.visibleTextEditors) {
    if (document.uri.toString() === analysis.uri) {
      for (const range of visibleRanges) {
        for (const { record } of analysis.between(document.offsetAt(range.start), document.offsetAt(range.end))) {
          texts.add(record.text);
        }
      }
    }
  }
  return texts;
}

function totalLength(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
