import * as vscode from 'vscode';
import { corpusSide, refuseSharedFiles } from '../client/audit/corpusSide';
import { pairCorpora } from '../client/audit/pairCorpora';
import { runAudit } from '../client/audit/runAudit';
import { modelFolders, settleThreshold } from '../client/project';
import { AuditTally } from '../core/audit/auditTally';
import { SeepError } from '../core/errors';
import { plural, t } from '../core/l10n';
import { termsOf } from '../core/report/closingWords';
import type { AuditActivity, AuditScope } from '../protocol/audit';
import { Audit } from './audit';
import type { Decisions } from './decisions';
import type { Engines } from './engines';
import { isCancelled } from './errorActions';
import type { ErrorReporter } from './errors';
import { onDidLeaveWorkspace } from './leftFolders';
import { type Projects, shownPath } from './projects';
import { ProjectWatches } from './projectWatches';

/** The audits of this session, the newest of each project. */
export class Audits implements vscode.Disposable {
  readonly #audits = new Map<string, Audit>();
  readonly #changed = new vscode.EventEmitter<Audit>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription = onDidLeaveWorkspace((hasLeft) => {
    for (const configPath of [...this.#audits.keys()].filter(hasLeft)) {
      this.cancel(configPath);
    }
  });
  readonly #watches: ProjectWatches;
  readonly #decided: vscode.Disposable;

  constructor(
    private readonly projects: Projects,
    private readonly decisions: Decisions,
    private readonly engines: Engines,
    errors: ErrorReporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#watches = new ProjectWatches(projects, errors);
    this.#decided = decisions.onDidChange((path) => {
      for (const audit of this.#audits.values()) {
        if (audit.project.decisionsPath === path && audit.isCounting) {
          this.#outdated(audit);
        }
      }
    });
  }

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
    const project = await this.projects.load(scope.configPath);
    const raw = await corpusSide(scope.raw, project, shownPath);
    const filtered = await corpusSide(scope.filtered, project, shownPath);
    await refuseSharedFiles(raw, filtered);
    const audit = new Audit(scope, project, raw, filtered);
    const stop = AbortSignal.any([signal, audit.abort.signal]);
    this.cancel(scope.configPath);
    this.#audits.set(scope.configPath, audit);
    this.#watches.watch(scope.configPath, project, modelFolders(project), () => this.#outdated(audit));
    const files = [...raw.files, ...filtered.files].map(({ path }) => path);
    this.#watches.watchFiles(scope.configPath, files, () => this.#outdated(audit));
    try {
      this.#turn(audit, { kind: 'pairing' });
      const { textField } = project.corpus;
      const paired = await pairCorpora(raw, filtered, {
        textField,
        signal: stop,
        onProgress: (fraction) => onProgress(0.05 * fraction, t('pairing records')),
      });
      this.#turn(audit, { kind: 'loading' });
      await this.decisions.ready(project);
      await this.engines.use(project, stop, async ({ client, opened, signal: wanted }) => {
        const settled = settleThreshold(project, opened.models);
        audit.isCounting = true;
        const tally = new AuditTally(settled.facts, settled.threshold);
        const summary = await runAudit(client, settled, opened, paired, tally, {
          decisions: this.decisions.of(project),
          signal: wanted,
          show: shownPath,
          showAnswers: false,
          onProgress: (fraction) => {
            const { leaks } = tally.after.totals;
            this.#turn(audit, { kind: 'scoring', fraction, leaks });
            onProgress(0.05 + 0.95 * fraction, plural(leaks, '{0} leak left so far', '{0} leaks left so far'));
          },
          onIncomplete: ({ file, line, message }) => this.log.warn(`audit: ${file}:${line}: ${message}`),
          onRecord: (audited) => audit.lists.add(audited),
        });
        const { notice } = settled.resolved;
        const terms = [...termsOf(summary, tally.after.facts), ...(notice === null ? [] : [notice])];
        audit.findings = { summary, tally, terms };
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
    this.#subscription.dispose();
    for (const { abort } of this.#audits.values()) {
      abort.abort();
    }
    this.#watches.dispose();
    this.#decided.dispose();
    this.#changed.dispose();
  }

  #outdated(audit: Audit): void {
    audit.outdated = true;
    this.#changed.fire(audit);
  }

  #turn(audit: Audit, activity: AuditActivity): void {
    audit.activity = activity;
    this.#changed.fire(audit);
  }
}
