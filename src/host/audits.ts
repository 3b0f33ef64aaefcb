import * as vscode from 'vscode';
import { type CorpusSide, corpusSide, refuseSharedFiles } from '../client/audit/corpusSide';
import { pairCorpora } from '../client/audit/pairCorpora';
import { runAudit } from '../client/audit/runAudit';
import { settleThreshold } from '../client/project';
import { AuditLists } from '../core/audit/auditLists';
import type { AuditSummary } from '../core/audit/auditSummary';
import { AuditTally } from '../core/audit/auditTally';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { termsOf } from '../core/report/closingWords';
import type { AuditActivity, AuditScope } from '../protocol/audit';
import type { Engines } from './engines';
import { isCancelled } from './errorActions';
import { type Projects, shownPath } from './projects';

/** What an audit found. */
export interface AuditFindings {
  readonly summary: AuditSummary;
  readonly tally: AuditTally;
  readonly facts: readonly Fact[];
  readonly terms: readonly string[];
}

/** An audit of a filter, under way or done. */
export class Audit {
  readonly lists = new AuditLists();
  readonly #files: ReadonlyMap<string, string>;
  activity: AuditActivity = { kind: 'pairing' };
  /** Null until everything is scored. */
  findings: AuditFindings | null = null;

  constructor(
    readonly scope: AuditScope,
    private readonly raw: CorpusSide,
    private readonly filtered: CorpusSide,
    readonly abort: AbortController,
  ) {
    this.#files = new Map([...raw.files, ...filtered.files].map(({ file, path }) => [file, path]));
  }

  get running(): boolean {
    return this.activity.kind !== 'done' && this.activity.kind !== 'stopped';
  }

  /** Absolute paths of the two files that a row's diff is of; null: there is no such file on that side. */
  filesOf(
    raw: string | null,
    filtered: string | null,
  ): { readonly raw: string | null; readonly filtered: string | null } {
    return {
      raw: this.#pathOf(raw, this.raw, filtered, this.filtered),
      filtered: this.#pathOf(filtered, this.filtered, raw, this.raw),
    };
  }

  /** The file's own path, or else that of the file of the same name as the other side's. */
  #pathOf(own: string | null, side: CorpusSide, other: string | null, otherSide: CorpusSide): string | null {
    if (own !== null) {
      return this.#files.get(own) ?? null;
    }
    const name = otherSide.files.find(({ file }) => file === other)?.name;
    return side.files.find((each) => each.name === name)?.path ?? null;
  }
}

/** The audits of this session, the newest of each project. */
export class Audits implements vscode.Disposable {
  readonly #audits = new Map<string, Audit>();
  readonly #changed = new vscode.EventEmitter<Audit>();
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly projects: Projects,
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The newest audit of a project. */
  of(configPath: string): Audit | undefined {
    return this.#audits.get(configPath);
  }

  cancel(configPath: string): void {
    this.#audits.get(configPath)?.abort.abort();
  }

  /** Audits a filter; one of the same project that is under way makes room. Rejects with SeepError, `cancelled` among them. */
  async run(
    scope: AuditScope,
    signal: AbortSignal,
    onProgress: (fraction: number, what: string) => void,
  ): Promise<Audit> {
    this.cancel(scope.configPath);
    const project = await this.projects.load(scope.configPath);
    const raw = await corpusSide(scope.raw, project, shownPath);
    const filtered = await corpusSide(scope.filtered, project, shownPath);
    refuseSharedFiles(raw, filtered);
    const abort = new AbortController();
    const stop = AbortSignal.any([signal, abort.signal]);
    const audit = new Audit(scope, raw, filtered, abort);
    this.#audits.set(scope.configPath, audit);
    try {
      this.#turn(audit, { kind: 'pairing' });
      const { textField } = project.corpus;
      const paired = await pairCorpora(raw, filtered, {
        textField,
        signal: stop,
        onProgress: (fraction) => onProgress(0.05 * fraction, 'pairing records'),
      });
      this.#turn(audit, { kind: 'loading' });
      await this.engines.use(project, stop, async ({ client, opened }) => {
        const settled = settleThreshold(project, opened.models);
        const tally = new AuditTally(settled.facts, settled.threshold);
        const summary = await runAudit(client, settled, opened, paired, tally, {
          signal: stop,
          show: shownPath,
          showAnswers: false,
          onProgress: (fraction) => {
            const { leaks } = tally.after.totals;
            this.#turn(audit, { kind: 'scoring', fraction, leaks });
            onProgress(0.05 + 0.95 * fraction, `${leaks} leaks left so far`);
          },
          onIncomplete: ({ file, line, message }) => this.log.warn(`audit: ${file}:${line}: ${message}`),
          onRecord: (audited) => audit.lists.add(audited),
        });
        const { notice } = settled.resolved;
        const terms = [...termsOf(summary, tally.after.facts), ...(notice === null ? [] : [notice])];
        audit.findings = { summary, tally, facts: settled.facts, terms };
      });
      this.#turn(audit, { kind: 'done' });
      return audit;
    } catch (error) {
      this.#turn(audit, { kind: 'stopped' });
      // A signal that comes while a file is read ends the reading with an error of the system's.
      throw stop.aborted && !isCancelled(error) ? new SeepError('cancelled', 'Cancelled.') : error;
    }
  }

  dispose(): void {
    for (const { abort } of this.#audits.values()) {
      abort.abort();
    }
    this.#changed.dispose();
  }

  #turn(audit: Audit, activity: AuditActivity): void {
    audit.activity = activity;
    this.#changed.fire(audit);
  }
}
