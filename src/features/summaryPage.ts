import * as vscode from 'vscode';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { chooseProject } from '../host/chooseProject';
import type { CorpusScan, CorpusScope } from '../host/corpusScan';
import type { CorpusScans } from '../host/corpusScans';
import type { ErrorReporter } from '../host/errors';
import { Commands } from '../host/ids';
import { type Projects, shownPath } from '../host/projects';
import { scopeName } from '../host/scopeName';
import { WebviewPage } from '../host/webviewPage';
import { FromSummary, type RecordsView, savedScope, type ToSummary } from '../protocol/summary';
import { recordsPart, summaryActivity, summarySnapshot } from './summarySnapshot';

/** While a scan goes on, everything is sent this often; in between only how far it is. */
const WHOLE_EVERY_MS = 1000;

const FIRST_RECORDS: RecordsView = { file: null, order: 'worst', from: 0 };

/** The page that sums up the scan of a corpus. It is about one project at a time: the one that was asked for last. */
export class SummaryPage implements vscode.Disposable {
  readonly page: WebviewPage<ToSummary, FromSummary>;
  readonly #subscriptions: vscode.Disposable[];
  #scope: CorpusScope | undefined;
  #records = FIRST_RECORDS;
  #sentAt = 0;

  constructor(
    extensionUri: vscode.Uri,
    private readonly scans: CorpusScans,
    private readonly projects: Projects,
    private readonly errors: ErrorReporter,
  ) {
    this.page = new WebviewPage<ToSummary, FromSummary>(
      extensionUri,
      { name: 'summary', title: t('Corpus Summary'), messages: FromSummary },
      {
        receive: (message) => this.#receive(message),
        restored: (state) => {
          this.#scope = savedScope(state) ?? this.#scope;
        },
      },
      errors,
    );
    this.#subscriptions = [
      this.page,
      errors.command(Commands.openSummary, (scope?: CorpusScope) => this.#open(scope)),
      scans.onDidChange(() => this.#update()),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  async #open(given: CorpusScope | undefined): Promise<void> {
    this.#scope = given ?? (await this.#choose());
    this.#records = FIRST_RECORDS;
    const beside = vscode.window.visibleTextEditors.length > 0;
    this.page.show(beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active, true);
    this.#send();
  }

  /** What the active file was scanned with, else the only scan; asks where that does not tell. */
  async #choose(): Promise<CorpusScope> {
    const { all } = this.scans;
    const own = this.scans.about(vscode.window.activeTextEditor?.document.uri);
    const known = own ?? (all.length === 1 ? all[0] : undefined);
    if (known !== undefined) {
      return known.scope;
    }
    const question = t('Sum up the corpus of which project?');
    if (all.length === 0) {
      return { configPath: await chooseProject(this.projects, question), folder: null };
    }
    const items = all.map(({ name, scope }) => ({ label: name, scope }));
    const picked = await vscode.window.showQuickPick(items, { title: question });
    if (picked === undefined) {
      throw new SeepError('cancelled', 'Cancelled.');
    }
    return picked.scope;
  }

  #receive(message: FromSummary): unknown {
    switch (message.type) {
      case 'ready':
        return this.#send();
      case 'open':
        return this.#openPlace(message);
      case 'records':
        this.#records = message.view;
        return this.#sendRecords();
      case 'scan':
        return vscode.commands.executeCommand(Commands.scanCorpus, this.#scope);
      case 'report':
        return vscode.commands.executeCommand(Commands.exportReport, this.#scan()?.scope);
      case 'cancel':
        return this.scans.cancel(this.#scope?.configPath);
    }
  }

  /** Only what the scan has named can be opened. */
  #openPlace({ place: { file, line, token } }: Extract<FromSummary, { type: 'open' }>): unknown {
    if (this.#scan()?.findings.files.some((each) => each.file === file) !== true) {
      return undefined;
    }
    const uri = vscode.Uri.file(file).toString();
    return vscode.commands.executeCommand(Commands.revealLeak, { uri, line, ...token });
  }

  #scan(): CorpusScan | undefined {
    return this.scans.of(this.#scope?.configPath);
  }

  #update(): void {
    const scan = this.#scan();
    if (scan === undefined || !this.page.visible) {
      return;
    }
    if (scan.running && Date.now() - this.#sentAt < WHOLE_EVERY_MS) {
      this.page.post({ type: 'progress', activity: summaryActivity(scan.activity) });
    } else {
      this.#send();
    }
  }

  #send(): void {
    const scan = this.#scan();
    if (scan !== undefined) {
      this.#sentAt = Date.now();
      this.page.post({ type: 'snapshot', snapshot: summarySnapshot(scan, shownPath) });
      if (!scan.running) {
        void this.errors.guard('summary', () => this.#sendRecords());
      }
    } else {
      this.page.post({ type: 'message', ...this.#words() });
    }
  }

  /** The list of all records waits for the scan's end: until then it would grow under people's eyes. */
  async #sendRecords(): Promise<void> {
    const scan = this.#scan();
    const view = this.#records;
    const part = scan && (await recordsPart(scan, view, shownPath));
    if (part && view === this.#records && scan === this.#scan()) {
      this.page.post({ type: 'records', part });
    }
  }

  #words(): { readonly text: string; readonly action: string | null } {
    const { scans } = this;
    if (this.#scope === undefined) {
      return { text: t('Scan a corpus, and what was found is summed up here.'), action: t('Scan Corpus') };
    }
    const where = scopeName(this.#scope);
    return scans.unfinished.some(({ configPath }) => configPath === this.#scope?.configPath)
      ? {
          text: t(
            'The scan of {0} was cut off when the window closed. What was scored by then need not be scored again.',
            where,
          ),
          action: t('Continue Scan'),
        }
      : {
          text: t(
            '{0} has not been scanned since the window was opened. What was scored before need not be scored again.',
            where,
          ),
          action: t('Scan Corpus'),
        };
  }
}
