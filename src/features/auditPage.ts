import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { Audit } from '../host/audit';
import { type DiffParts, openAuditRow } from '../host/auditDiff';
import { chooseRaw, chooseSides, rememberSides } from '../host/auditSides';
import type { Audits } from '../host/audits';
import { chooseProject } from '../host/chooseProject';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { withProgress } from '../host/progress';
import { requireTrust, shownPath } from '../host/projects';
import { WebviewPage } from '../host/webviewPage';
import { type AuditScope, type AuditView, FromAudit, savedAudit, type ToAudit } from '../protocol/audit';
import { auditPart, auditSnapshot } from './auditSnapshot';

/** How often the page hears of the work's progress. */
const PROGRESS_MS = 100;

const FIRST_VIEW: AuditView = { list: 'left', fact: null, from: 0 };

/** Audits of a filter, and the page that shows the newest one. */
export class AuditPage implements vscode.Disposable {
  readonly page: WebviewPage<ToAudit, FromAudit>;
  readonly #subscriptions: vscode.Disposable[];
  #scope: AuditScope | undefined;
  #view = FIRST_VIEW;
  #toldAt = 0;

  constructor(
    extensionUri: vscode.Uri,
    private readonly audits: Audits,
    private readonly parts: DiffParts,
    private readonly memory: vscode.Memento,
    errors: ErrorReporter,
  ) {
    this.page = new WebviewPage<ToAudit, FromAudit>(
      extensionUri,
      { name: 'audit', title: t('Filter Audit'), messages: FromAudit },
      {
        receive: (message) => this.#receive(message),
        restored: (state) => {
          const saved = savedAudit(state);
          this.#scope = saved?.scope ?? this.#scope;
          this.#view = saved?.view ?? this.#view;
        },
      },
      errors,
    );
    this.#subscriptions = [
      this.page,
      errors.command(Commands.auditFilter, (raw?: vscode.Uri, filtered?: vscode.Uri) => this.#audit(raw, filtered)),
      errors.command(Commands.auditSelected, (_clicked: unknown, selected?: readonly vscode.Uri[]) =>
        this.#auditSelected(selected ?? []),
      ),
      errors.command(Commands.openAudit, () => this.#open()),
      audits.onDidChange((audit) => this.#update(audit)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  async #audit(raw?: vscode.Uri, filtered?: vscode.Uri): Promise<void> {
    requireTrust();
    const configPath = await this.#projectOf(filtered);
    const sides =
      raw !== undefined && filtered !== undefined
        ? { raw: raw.fsPath, filtered: filtered.fsPath }
        : await chooseSides(await this.parts.projects.load(configPath), configPath, this.memory);
    await this.#run({ configPath, ...sides });
  }

  async #auditSelected([one, other, ...more]: readonly vscode.Uri[]): Promise<void> {
    requireTrust();
    if (one === undefined || other === undefined || more.length > 0) {
      throw new SeepError(
        'usage',
        t('Select two files or two folders in the explorer: the corpus before and after filtering.'),
      );
    }
    const configPath = await this.#projectOf(one);
    await this.#run({ configPath, ...(await chooseRaw([one, other])) });
  }

  /** The project that a file or folder is in, else the one that people are at. */
  async #projectOf(uri: vscode.Uri | undefined): Promise<string> {
    const own = uri && (await this.parts.projects.find(uri));
    return own ?? (await chooseProject(this.parts.projects, t('Audit the filter of which project?')));
  }

  async #run(scope: AuditScope, view: AuditView = FIRST_VIEW): Promise<void> {
    this.#scope = scope;
    this.#view = view;
    this.page.show(vscode.ViewColumn.Active, false);
    try {
      await withProgress(t('Seep: auditing the filter'), (signal, onProgress) =>
        this.audits.run(scope, signal, onProgress),
      );
      await rememberSides(this.memory, scope);
    } finally {
      this.#send();
    }
  }

  async #open(): Promise<void> {
    this.page.show(vscode.ViewColumn.Active, false);
    this.#send();
  }

  #receive(message: FromAudit): unknown {
    switch (message.type) {
      case 'ready':
        return this.#send();
      case 'view':
        return this.#show(message.view);
      case 'open':
        return this.#openRow(message.row);
      case 'run':
        return this.#scope === undefined ? this.#audit() : this.#run(this.#scope, this.#view);
      case 'cancel':
        return this.#scope && this.audits.cancel(this.#scope.configPath);
    }
  }

  #show(view: AuditView): void {
    this.#view = view;
    const audit = this.#current();
    if (audit?.findings) {
      this.page.post({ type: 'part', part: auditPart(audit, view) });
    }
  }

  #openRow(number: number): Promise<void> | undefined {
    const audit = this.#current();
    const row = audit?.lists.row(number);
    return audit && row && openAuditRow(audit, row, this.parts);
  }

  /** The audit that the page is about, where it is known. */
  #current(): Audit | undefined {
    const audit = this.#scope && this.audits.of(this.#scope.configPath);
    return audit?.scope.raw === this.#scope?.raw && audit?.scope.filtered === this.#scope?.filtered ? audit : undefined;
  }

  #update(audit: Audit): void {
    if (audit !== this.#current() || !this.page.isOpen) {
      return;
    }
    if (audit.activity.kind !== 'scoring') {
      this.#send();
    } else if (Date.now() - this.#toldAt >= PROGRESS_MS) {
      this.#toldAt = Date.now();
      this.page.post({ type: 'progress', activity: audit.activity });
    }
  }

  #send(): void {
    const audit = this.#current();
    if (audit !== undefined && (audit.running || audit.findings !== null)) {
      this.page.post({ type: 'snapshot', snapshot: auditSnapshot(audit, this.#view, shownPath) });
    } else {
      this.page.post({ type: 'message', ...this.#words(audit) });
    }
  }

  #words(audit: Audit | undefined): { readonly text: string; readonly action: string } {
    if (this.#scope === undefined) {
      return {
        text: t('An audit compares a corpus before and after filtering: what was removed, what stays and still leaks.'),
        action: t('Audit a Filter…'),
      };
    }
    const sides = t('{0} and {1}', shownPath(this.#scope.raw), shownPath(this.#scope.filtered));
    return {
      text:
        audit === undefined
          ? t(
              'The audit of {0} was not run since the window was opened. What was scored before need not be scored again.',
              sides,
            )
          : t('The audit of {0} did not come to its end. What was scored before need not be scored again.', sides),
      action: t('Run Audit'),
    };
  }
}
