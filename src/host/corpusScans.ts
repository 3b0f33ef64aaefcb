import { sep } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { sha256 } from '../client/calibration';
import { type CorpusFile, corpusFile } from '../client/corpusFiles';
import { scanCorpus } from '../client/corpusScan';
import { isSystemError } from '../client/fileErrors';
import { fileState } from '../client/fileState';
import { LeakingRecords, type LeakSpot } from '../client/leakingRecords';
import { modelFolders, type Project, scanSettings, settleThreshold } from '../client/project';
import type { RecordIndexes } from '../client/recordIndexes';
import { countedLeaks } from '../core/decisions/decidedLeaks';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { ScanPace } from '../core/report/scanPace';
import type { Leak } from '../core/score/leak';
import type { Controller } from './controller';
import { fileOf } from './corpusDocuments';
import { CorpusScan, type CorpusScope, isSameScope, isWithin } from './corpusScan';
import type { Decisions } from './decisions';
import type { Engines, OpenEngine } from './engines';
import { isCancelled } from './errorActions';
import type { ErrorReporter } from './errors';
import { Memory } from './ids';
import { onDidLeaveWorkspace } from './leftFolders';
import { isCorpusFile, noCorpusFiles, type Projects, requireTrust } from './projects';
import { ProjectWatches } from './projectWatches';
import { isShownByRecord } from './recordDocuments';
import { scopeName } from './scopeName';

/** Results that stream in are announced at most this often. */
const ANNOUNCE_MS = 250;

const Scopes = v.array(
  v.object({ configPath: v.string(), folder: v.nullable(v.string()), files: v.optional(v.array(v.string())) }),
);

interface Job {
  readonly scan: CorpusScan;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** What the scans are made with. */
export interface ScanParts {
  readonly controller: Controller;
  readonly decisions: Decisions;
  readonly projects: Projects;
  readonly engines: Engines;
  readonly indexes: RecordIndexes;
  readonly errors: ErrorReporter;
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Scans of whole corpora, one at a time for each project. Files are read from disk, so that their number and size do not matter;
 * what is shown in an editor is scanned there as well, and first. Holds the last scan of every project.
 */
export class CorpusScans implements vscode.Disposable {
  readonly #scans = new Map<string, CorpusScan>();
  readonly #jobs = new Map<string, Job>();
  readonly #changed = new vscode.EventEmitter<void>();
  /** Some scan has found more, has got further or has ended. */
  readonly onDidChange = this.#changed.event;
  readonly #watches: ProjectWatches;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ScanParts) {
    const { projects, decisions, errors } = parts;
    this.#watches = new ProjectWatches(projects, errors);
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (this.all.some((scan) => isInScope(document, scan))) {
          void errors.guard('scan', () => parts.controller.scan(document, { again: false }));
        }
      }),
      decisions.onDidChange((path) => this.#decided(path)),
      onDidLeaveWorkspace((hasLeft) => {
        for (const { scope } of this.all.filter((scan) => hasLeft(scan.scope.configPath))) {
          this.cancel(scope.configPath);
          this.#drop(scope.configPath);
          this.#announce();
        }
      }),
      this.#watches,
    ];
  }

  /** The last scan of every project that had one in this session, the newest last. */
  get all(): readonly CorpusScan[] {
    return [...this.#scans.values()];
  }

  /** The last scan of a project, by its seep.json; a project without one has none. */
  of(configPath: string | null | undefined): CorpusScan | undefined {
    return this.all.find(({ scope }) => scope.configPath === configPath);
  }

  /** The last scan of the project that a document belongs to, as far as its place tells; of the innermost where projects lie in each other. */
  about(uri: vscode.Uri | undefined): CorpusScan | undefined {
    const path = uri && fileOf(uri).fsPath;
    return this.all
      .filter(({ project }) => path?.startsWith(project.root + sep))
      .sort((a, b) => b.project.root.length - a.project.root.length)[0];
  }

  /** Scans that ended with the window: nobody has cancelled them. */
  get unfinished(): readonly CorpusScope[] {
    const found = v.safeParse(Scopes, this.parts.memory.get(Memory.unfinishedScans));
    return found.success ? found.output : [];
  }

  /**
   * Scans what the scope names. Scores from before are taken as they are, so that scanning again goes on where the last scan was
   * cut off. Joins a scan of the same that is under way. Resolves when all is scanned; rejects with SeepError.
   */
  async start(scope: CorpusScope): Promise<void> {
    requireTrust();
    const project = await this.parts.projects.load(scope.configPath);
    const running = this.#jobs.get(scope.configPath);
    const isJoined = running?.scan.project.hash === project.hash && isSameScope(running.scan.scope, scope);
    // One that was cancelled goes on until the engine has let go.
    if (running !== undefined && isJoined && !running.abort.signal.aborted) {
      return running.done;
    }
    running?.abort.abort();
    const scan = new CorpusScan(scope, scopeName(scope), project);
    const abort = new AbortController();
    const job: Job = { scan, abort, done: this.#run(scan, abort.signal) };
    this.#drop(scope.configPath);
    this.#scans.set(scope.configPath, scan);
    this.#jobs.set(scope.configPath, job);
    this.#watches.watch(scope.configPath, project, modelFolders(project), () => {
      scan.superseded = true;
      this.#announce();
    });
    this.#announce('now');
    try {
      await job.done;
    } finally {
      if (this.#jobs.get(scope.configPath) === job) {
        this.#jobs.delete(scope.configPath);
      }
      this.#announce('now');
    }
  }

  /** Cancels the scan of one project, or all. What they found stands. */
  cancel(configPath?: string): void {
    for (const [key, { abort }] of this.#jobs) {
      if (configPath === undefined || configPath === key) {
        abort.abort();
      }
    }
  }

  /** Cancels and forgets everything. */
  clear(): void {
    this.cancel();
    for (const { scope } of this.all) {
      this.#drop(scope.configPath);
    }
    this.#watches.dispose();
    this.#announce('now');
  }

  /** Offers a scan no longer to be gone on with. */
  async forget({ configPath }: Pick<CorpusScope, 'configPath'>): Promise<void> {
    await this.#remember(this.unfinished.filter((each) => each.configPath !== configPath));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    // Whatever is under way stays remembered.
    for (const { abort } of this.#jobs.values()) {
      abort.abort(DISPOSED);
    }
    for (const { scope } of this.all) {
      this.#drop(scope.configPath);
    }
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #drop(configPath: string): void {
    const scan = this.#scans.get(configPath);
    this.#scans.delete(configPath);
    void scan?.dispose();
  }

  /** What was counted before a decision is no longer what counts. */
  #decided(path: string): void {
    for (const scan of this.all.filter(({ project }) => project.decisionsPath === path)) {
      scan.decisions = this.parts.decisions.of(scan.project);
      scan.decidedSince ||= scan.activity.kind !== 'loading';
      this.#announce();
    }
  }

  async #run(scan: CorpusScan, signal: AbortSignal): Promise<void> {
    const { log, engines } = this.parts;
    const { scope } = scan;
    const started = Date.now();
    await this.#remember([...this.unfinished.filter(({ configPath }) => configPath !== scope.configPath), scope]);
    try {
      const files = await this.#filesOf(scan.project, scope);
      scan.files = files.length;
      this.#watches.watchFiles(
        scope.configPath,
        files.map(({ path }) => path),
        () => {
          scan.filesChanged = true;
          this.#announce();
        },
      );
      await this.#scanVisible(scan, signal);
      await engines.use(scan.project, signal, (engine) => this.#scanFiles(scan, engine, files));
      scan.activity = { kind: 'done' };
      log.info(`scan of ${scan.name}: ${files.length} files, ${scan.tokens} tokens, ${Date.now() - started} ms`);
    } catch (thrown) {
      const error = signal.aborted ? new SeepError('cancelled', 'Cancelled.') : thrown;
      if (isCancelled(error)) {
        scan.activity = { kind: 'stopped', fraction: scan.activity.kind === 'scanning' ? scan.activity.fraction : 0 };
      } else {
        const message = error instanceof SeepError ? error.message : t('Seep ran into a bug; the log has the details.');
        scan.activity = { kind: 'failed', message };
      }
      throw error;
    } finally {
      const current = this.#scans.get(scope.configPath);
      if (current !== scan) {
        await scan.dispose();
      }
      if (signal.reason !== DISPOSED && (current === scan || current === undefined)) {
        await this.forget(scope);
      }
    }
  }

  async #scanFiles(
    scan: CorpusScan,
    { client, opened, signal }: OpenEngine,
    files: readonly CorpusFile[],
  ): Promise<void> {
    const project = settleThreshold(scan.project, opened.models);
    const pace = new ScanPace();
    const { decisions } = this.parts;
    await decisions.ready(project);
    const records = await LeakingRecords.create();
    // What is decided from here on comes too late for what is counted.
    const decided = decisions.of(project);
    scan.decisions = decided;
    scan.begin(project, opened.comparison, records);
    this.#announce('now');
    const scanned = scanCorpus(client, files, {
      textField: project.corpus.textField,
      settings: scanSettings(project),
      signal,
      watchReading: async (file) => {
        await fileState(file.path).then((state) => scan.states.set(file.path, state), ignoreUnreadable);
        if (!isShownByRecord(file)) {
          return undefined;
        }
        const index = await this.parts.indexes.begin(file, project.corpus.textField).catch(ignoreUnreadable);
        return (chunk) => index?.add(chunk);
      },
      onProgress: (fraction) => {
        pace.add(Date.now(), fraction, scan.tokens);
        scan.activity = { kind: 'scanning', fraction, pace: pace.pace };
        this.#announce();
      },
      onIncomplete: (place) => scan.findings.addIncomplete(place),
      onFileRead: () => {},
      onScored: (file, record, scores) => {
        scan.tokens += scores.tokens;
        const hash = sha256(record.text);
        const own = { hash, decisions: decided.of(hash) };
        const leaks = countedLeaks(scores.leaks, own.decisions);
        const leaking = scan.findings.add(file, record, { ...scores, leaks }, own);
        if (leaking !== null) {
          const spots = scores.leaks.filter(({ lift }) => lift >= project.threshold).map(spotOf);
          records.add({ ...leaking, spots });
        }
        this.#announce();
      },
    });
    for await (const _ of scanned) {
      // Each was counted as it was scored.
    }
  }

  /** The scope's files; those on the screen first. */
  async #filesOf(project: Project, scope: CorpusScope): Promise<CorpusFile[]> {
    const all = scope.files ?? (await this.parts.projects.corpusFiles(project));
    const paths = all.filter((path) => isWithin(scope, path));
    if (paths.length === 0) {
      throw noCorpusFiles(scope.configPath, scope.folder);
    }
    const visible = new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.fsPath));
    const files = await Promise.all(paths.map(fileAt));
    return files
      .filter((file) => file !== null)
      .sort((a, b) => Number(visible.has(b.path)) - Number(visible.has(a.path)));
  }

  /** Scans what is on the screen in its editor. Nothing is computed twice: each scan finds the other's scores on disk. */
  async #scanVisible(scan: CorpusScan, signal: AbortSignal): Promise<void> {
    const { controller } = this.parts;
    for (const { document } of vscode.window.visibleTextEditors) {
      if (isInScope(document, scan) && !signal.aborted) {
        const cancel = () => controller.cancel(document.uri);
        signal.addEventListener('abort', cancel);
        try {
          await controller.scan(document, { again: false });
        } finally {
          signal.removeEventListener('abort', cancel);
        }
      }
    }
  }

  async #remember(scopes: readonly CorpusScope[]): Promise<void> {
    await this.parts.memory.update(Memory.unfinishedScans, scopes.length === 0 ? undefined : scopes);
  }

  #announce(when: 'now' | 'soon' = 'soon'): void {
    if (when === 'now') {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#changed.fire();
    } else {
      this.#timer ??= setTimeout(() => this.#announce('now'), ANNOUNCE_MS);
    }
  }
}

/** Reason of an abort that nobody has asked for. */
const DISPOSED = 'disposed';

function isInScope(document: vscode.TextDocument, { scope, project }: CorpusScan): boolean {
  return isWithin(scope, document.uri.fsPath) && isCorpusFile(document, project);
}

function spotOf({ fact, position, start, end, lift }: Leak): LeakSpot {
  return { fact, position, start, end, lift };
}

/** The reading that follows says so. */
function ignoreUnreadable(error: unknown): void {
  if (!isSystemError(error)) {
    throw error;
  }
}

/** Null for a file that has gone since it was found. */
async function fileAt(path: string): Promise<CorpusFile | null> {
  try {
    return await corpusFile(path, path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
