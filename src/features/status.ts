import * as vscode from 'vscode';
import { grouped, plural, t } from '../core/l10n';
import { ON_POLICY, referenceWords, thresholdWords } from '../core/report/closingWords';
import { comparisonWords, unattributedNeeds } from '../core/report/comparisonWords';
import { paceWords } from '../core/report/scanPace';
import type { ComparisonByRole } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import { documentName } from '../host/corpusDocuments';
import type { CorpusScans } from '../host/corpusScans';
import type { Engines } from '../host/engines';
import type { ErrorReporter } from '../host/errors';
import type { FileAnalysis } from '../host/fileAnalysis';
import { Commands, STATUS_ITEM, Views } from '../host/ids';
import { projectName } from '../host/projects';
import { leaksInWords, resultText } from './leakText';
import { byProject, verdictOf } from './verdictWords';

/** The one status bar item: what Seep is doing, else what it found in the active file. A click opens the actions. */
export class Status implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Right, 90);
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly store: AnalysisStore,
    private readonly scans: CorpusScans,
    private readonly engines: Engines,
    errors: ErrorReporter,
  ) {
    this.#item.name = 'Seep';
    this.#item.command = Commands.showMenu;
    this.#subscriptions = [
      this.#item,
      store.onDidChange(() => this.#update()),
      scans.onDidChange(() => this.#update()),
      engines.onDidChangeState(() => this.#update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#update()),
      errors.command(Commands.showMenu, () => this.#menu()),
    ];
    this.#update();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #update(): void {
    const { files } = this.store;
    const busy = files.filter(({ activity }) => activity.kind === 'loading' || activity.kind === 'scanning');
    const active = vscode.window.activeTextEditor;
    const here = active && this.store.get(active.document.uri);
    const item = this.#item;
    const { all } = this.scans;
    const scan = all.find(({ running }) => running);
    const last = this.scans.about(active?.document.uri) ?? all.at(-1);
    item.backgroundColor = undefined;
    /** A screen reader reads what the first line of the tooltip says. */
    const say = (text: string, ...lines: readonly string[]) => {
      item.text = text;
      item.tooltip = lines.join('\n');
      item.accessibilityInformation = { label: lines[0] ?? text, role: 'button' };
    };
    if (scan?.activity.kind === 'scanning') {
      const { fraction, pace } = scan.activity;
      const done = `${Math.floor(100 * fraction)} %`;
      const words = pace ? [paceWords(pace)] : [];
      say(
        `$(loading~spin) Seep ${done}`,
        t('Seep is scanning {0}, {1}. Click for actions.', scan.name, done),
        ...words,
      );
    } else if (busy.length > 0) {
      const done = progress(busy);
      say(
        `$(loading~spin) Seep ${done}`,
        t('Seep is scanning {0}, {1}. Click for actions.', busy.map(nameOf).join(', '), done),
      );
    } else if (this.engines.states.some(({ kind }) => kind === 'failed')) {
      const message =
        this.engines.states.find(({ kind }) => kind === 'failed')?.message ?? t('The engine has stopped.');
      say('$(error) Seep', message);
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    } else if (here?.activity.kind === 'failed') {
      say('$(warning) Seep', here.activity.message);
    } else if (here) {
      say(`$(eye) ${grouped(here.counts.open)}`, ...tooltipLines(here));
    } else if (last !== undefined) {
      const { leaks } = last.findings.tally.totals;
      say(
        `$(eye) ${grouped(leaks)}`,
        plural(
          leaks,
          'Seep: {0} leak in {1}. Click for actions.',
          'Seep: {0} leaks in {1}. Click for actions.',
          last.name,
        ),
      );
    } else {
      say('$(eye) Seep', t('Seep: where the teacher gives away what the text does not say'));
    }
    if (here || scan !== undefined || files.length > 0 || last !== undefined) {
      item.show();
    } else {
      item.hide();
    }
  }

  async #menu(): Promise<void> {
    const active = vscode.window.activeTextEditor;
    const here = active && this.store.get(active.document.uri);
    const busy =
      this.scans.all.some(({ running }) => running) ||
      this.store.files.some(({ activity }) => activity.kind === 'loading' || activity.kind === 'scanning');
    const entries: (vscode.QuickPickItem & { readonly command: string })[] = [];
    const add = (when: boolean, label: string, command: string, description = '') => {
      if (when) {
        entries.push({ label, command, description });
      }
    };
    add(busy, `$(circle-slash) ${t('Cancel Scan')}`, Commands.cancelScan);
    add(!busy, `$(search) ${t('Scan Current File')}`, Commands.scanFile);
    add(!busy, `$(library) ${t('Scan Corpus')}`, Commands.scanCorpus);
    add(here !== undefined, `$(arrow-down) ${t('Next Leak')}`, Commands.nextLeak);
    add(here !== undefined, `$(list-tree) ${t('Show Leaks')}`, `${Views.leaks}.focus`, here ? resultText(here) : '');
    add((here?.counts.open ?? 0) > 0, `$(checklist) ${t('Act on All Leaks of…')}`, Commands.actOnAll);
    add(
      here !== undefined,
      `$(list-ordered) ${t('Show Decisions')}`,
      Commands.showDecisions,
      here ? decidedText(here) : '',
    );
    add(this.scans.all.length > 0, `$(graph-line) ${t('Open Corpus Summary')}`, Commands.openSummary);
    add(true, `$(graph) ${t('Open Distributions')}`, Commands.openDistributions);
    add(true, `$(diff) ${t('Audit a Filter…')}`, Commands.auditFilter);
    add(true, `$(comment-discussion) ${t('Probe the Models')}`, Commands.probeModels);
    add(true, `$(export) ${t('Export Report…')}`, Commands.exportReport);
    add(here !== undefined, `$(clear-all) ${t('Clear Marks')}`, Commands.clearMarks);
    add(true, `$(pulse) ${t('Doctor')}`, Commands.doctor);
    add(true, `$(output) ${t('Show Log')}`, Commands.showLog);
    const picked = await vscode.window.showQuickPick(entries, { title: 'Seep', placeHolder: t('What next?') });
    if (picked) {
      await vscode.commands.executeCommand(picked.command);
    }
  }
}

function progress(busy: readonly FileAnalysis[]): string {
  const scanning = busy.flatMap(({ activity }) => (activity.kind === 'scanning' ? [activity] : []));
  const total = scanning.reduce((sum, each) => sum + each.total, 0);
  const done = scanning.reduce((sum, each) => sum + each.done, 0);
  return total === 0 ? t('loading') : `${Math.floor((100 * done) / total)} %`;
}

function decidedText({ counts: { decided } }: FileAnalysis): string {
  return decided > 0 ? leaksInWords(decided) : '';
}

function nameOf({ uri }: FileAnalysis): string {
  return documentName(vscode.Uri.parse(uri));
}

function tooltipLines(analysis: FileAnalysis): readonly string[] {
  const { project } = analysis;
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const lines = [
    several
      ? t('Seep ({0}): {1}', projectName(project.root), resultText(analysis))
      : t('Seep: {0}', resultText(analysis)),
  ];
  for (const counted of byProject([analysis])) {
    const verdict = verdictOf(counted);
    lines.push(
      ...(verdict ? [verdict.words] : []),
      ...referenceWords(project.thresholdParts.reference, counted.tally.facts),
    );
  }
  lines.push(project.resolved.notice ?? thresholdWords(project.resolved));
  if (project.onPolicy) {
    lines.push(ON_POLICY);
  }
  const comparison = comparisonIn(analysis);
  const needs = project.unattributed ? unattributedNeeds(comparison.reference) : null;
  lines.push(...[comparisonWords(comparison), needs].filter((words) => words !== null));
  const left = analysis.unscored().length;
  if (left > 0) {
    lines.push(plural(left, '{0} record not scanned.', '{0} records not scanned.'));
  }
  return lines;
}

/** How the teacher is compared with the project's models, as far as leaks tell; where none does, as usual. */
function comparisonIn({ records, project }: FileAnalysis): ComparisonByRole {
  const told = (role: keyof ComparisonByRole) => {
    for (const { leaks } of records) {
      const found = leaks.find(({ comparison }) => comparison[role] !== null);
      if (found !== undefined) {
        return found.comparison[role];
      }
    }
    return 'tokens';
  };
  const by = (role: keyof ComparisonByRole) => (project[role] === null ? null : told(role));
  return { student: by('student'), reference: by('reference') };
}
