import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { plural, t } from '../core/l10n';
import type { FactTotals } from '../core/report/tally';
import { visibleText } from '../core/report/visibleText';
import type { AnalysisStore } from '../host/analysisStore';
import type { CorpusScans } from '../host/corpusScans';
import type { ErrorReporter } from '../host/errors';
import { Commands, ContextKeys, Memory, Views } from '../host/ids';
import { projectName } from '../host/projects';
import { countedTogether } from './countedTogether';
import { placesIn } from './editorPlaces';
import { LeakIndex } from './leakIndex';
import { leakTreeItem } from './leakItems';
import {
  capped,
  decidedNode,
  decidedNodes,
  factNodes,
  fileNodes,
  type Grouping,
  type LeakNode,
  leakNode,
  recordNode,
  type UnnamedRest,
  unnamedNode,
  unnamedNodes,
} from './leakNodes';
import { filtered, type LeakPlace as Place, type RecordPlaces } from './leakPlaces';
import { leaksOfFact, leaksOfFiles } from './leaksOfScans';
import { leakTooltip } from './leakTooltips';
import { placesOfScans } from './scanPlaces';
import { type Counted, verdictOf } from './verdictWords';

const REFRESH_MS = 500;
/** Sentences of a verdict above the tree; the status bar's tooltip has all. */
const MAX_SENTENCES = 2;

/** The tree of everything found in this session, by fact or by file and record. */
export class LeaksView implements vscode.TreeDataProvider<LeakNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<LeakNode>;
  readonly #subscriptions: vscode.Disposable[];
  #grouping: Grouping;
  #filter = '';
  #index = this.#newIndex();
  /** What scans know and no file in the editor does, until either changes. */
  #ofScans: { readonly files: readonly string[]; readonly records: readonly RecordPlaces[] } | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What is counted per project, until something changes. */
  #counted: readonly Counted[] | undefined;
  /** Of every project, by its settings' hash: facts by id. */
  #totals = new Map<string, ReadonlyMap<string, FactTotals>>();

  constructor(
    private readonly store: AnalysisStore,
    private readonly scans: CorpusScans,
    private readonly memory: vscode.Memento,
    errors: ErrorReporter,
  ) {
    this.#grouping = memory.get(Memory.grouping) === 'record' ? 'record' : 'fact';
    this.#view = vscode.window.createTreeView(Views.leaks, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      store.onDidChange(() => this.#refreshSoon()),
      scans.onDidChange(() => {
        this.#ofScans = undefined;
        this.#refreshSoon();
      }),
      errors.command(Commands.groupByFact, () => this.#group('fact')),
      errors.command(Commands.groupByRecord, () => this.#group('record')),
      errors.command(Commands.filterLeaks, (text?: string) => this.#askFilter(text)),
      errors.command(Commands.clearFilter, () => this.#setFilter('')),
    ];
    this.#group(this.#grouping);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  /** What stands above the tree. */
  get message(): string {
    return this.#view.message ?? '';
  }

  getChildren(node?: LeakNode): LeakNode[] {
    if (node === undefined) {
      const index = this.#current();
      return [
        ...(this.#grouping === 'fact' ? this.#byFact(index) : this.#byFile(index)),
        ...decidedNodes(index.decided),
        ...unnamedNodes(index.unnamed, this.#unnamedRest()),
      ];
    }
    switch (node.kind) {
      case 'fact':
        return capped(node.group.items, (place) => leakNode(place, 'fact'), node.all);
      case 'file':
        return capped(node.group.items, recordNode);
      case 'record':
        return capped(node.places, (place) => leakNode(place, 'record'));
      case 'decided':
        return capped(node.places, decidedNode);
      case 'unnamed':
        return [
          ...capped(node.places, unnamedNode),
          ...node.rest.map((rest): LeakNode => ({ kind: 'unnamedRest', rest })),
        ];
      default:
        return [];
    }
  }

  getTreeItem(node: LeakNode): vscode.TreeItem {
    const place =
      node.kind === 'fact' ? node.group.items[0] : node.kind === 'file' ? node.group.items[0]?.open[0] : undefined;
    return leakTreeItem(node, { totals: this.#totalsOf(place), project: this.#nameFor(place) });
  }

  resolveTreeItem(item: vscode.TreeItem, node: LeakNode): vscode.TreeItem {
    item.tooltip ??= leakTooltip(node);
    return item;
  }

  /** Everything that passes the filter, as things are now. */
  #current(): LeakIndex {
    const { counted } = this.store;
    const files = counted.map(({ uri }) => uri);
    if (this.#ofScans === undefined || !isDeepStrictEqual(files, this.#ofScans.files)) {
      const records = placesOfScans(this.scans.all, counted);
      this.#ofScans = { files, records: records.flatMap((each) => filtered(each, this.#filter) ?? []) };
    }
    this.#index.update(counted, this.#ofScans.records);
    return this.#index;
  }

  #newIndex(): LeakIndex {
    const filter = this.#filter;
    return new LeakIndex((analysis) => {
      const placesOf = placesIn(analysis);
      return (entry) => filtered(placesOf(entry), filter);
    });
  }

  /** Places that scans have counted and not kept. With a filter there is no telling how many would pass it. */
  #unnamedRest(): readonly UnnamedRest[] {
    return this.#filter !== ''
      ? []
      : this.scans.all
          .map(({ scope, findings: { unattributed } }) => ({
            scope,
            left: unattributed.all - unattributed.kept.length,
          }))
          .filter(({ left }) => left > 0);
  }

  #count(): readonly Counted[] {
    this.#counted ??= countedTogether(this.store.counted, this.scans);
    return this.#counted;
  }

  /** The name of a place's project where others have places too, else nothing. */
  #nameFor(place: Place | undefined): readonly string[] {
    const several = new Set(this.#count().map(({ project }) => project.configPath)).size > 1;
    return several && place ? [projectName(place.project.root)] : [];
  }

  #totalsOf(place: Place | undefined): FactTotals | undefined {
    if (place === undefined) {
      return undefined;
    }
    const { hash, configPath } = place.project;
    let totals = this.#totals.get(hash);
    if (totals === undefined) {
      const counted = this.#count().find(({ project }) => project.configPath === configPath);
      totals = new Map(counted?.tally.facts.map((each) => [each.fact, each]));
      this.#totals.set(hash, totals);
    }
    return totals.get(place.leak.fact);
  }

  #byFact({ facts }: LeakIndex): LeakNode[] {
    const counted = (place: Place) => (this.#filter === '' ? leaksOfFact(place, this.scans) : 0);
    return capped(factNodes(facts, counted), (node) => node);
  }

  #byFile({ files }: LeakIndex): LeakNode[] {
    // Of what passes the filter all are known.
    const counted = this.#filter === '' ? leaksOfFiles(this.store, this.scans) : () => 0;
    return capped(fileNodes(files, counted), (node) => node);
  }

  #refreshSoon(): void {
    this.#forgetCounts();
    this.#timer ??= setTimeout(() => this.#refresh(), REFRESH_MS);
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#forgetCounts();
    if (!this.#view.visible) {
      // Nobody asks for its nodes, and files that are gone need not be held until somebody does.
      this.#startAnew();
    }
    this.#view.message = this.#words();
    this.#changed.fire();
  }

  #startAnew(): void {
    this.#index = this.#newIndex();
    this.#ofScans = undefined;
  }

  /** Nodes are asked for whenever VS Code likes, also before the next refresh: what they say must hold then. */
  #forgetCounts(): void {
    this.#counted = undefined;
    this.#totals.clear();
  }

  /** What the filter leaves, or whether filtering the corpus works. Where the filter leaves nothing, the welcome view says so: it has no room beside words. */
  #words(): string {
    if (this.#filter !== '') {
      const left = leaksIn(this.#current());
      return left === 0 ? '' : plural(left, '{0} leak with “{1}”', '{0} leaks with “{1}”', visibleText(this.#filter));
    }
    const verdicts = this.#count().flatMap((counted) => {
      const verdict = verdictOf(counted);
      return verdict ? [{ words: verdict.sentences.slice(0, MAX_SENTENCES).join(' '), project: counted.project }] : [];
    });
    const lines =
      verdicts.length > 1
        ? verdicts.map(({ words, project }) => `${projectName(project.root)}: ${words}`)
        : verdicts.map(({ words }) => words);
    return [...lines, ...(lines.length > 0 ? this.#outdatedWords() : [])].join('\n');
  }

  /** Files that no editor shows are counted as the scan found them, whatever has been decided since. */
  #outdatedWords(): string[] {
    return this.scans.all.some(({ running, outdated }) => !running && outdated)
      ? [t('Scan again for new counts: files, settings, models or decisions have changed since the last scan.')]
      : [];
  }

  #group(grouping: Grouping): void {
    this.#grouping = grouping;
    void this.memory.update(Memory.grouping, grouping);
    void vscode.commands.executeCommand('setContext', ContextKeys.grouping, grouping);
    this.#refresh();
  }

  async #askFilter(given?: string): Promise<void> {
    const text =
      given ??
      (await vscode.window.showInputBox({
        title: t('Filter leaks'),
        prompt: t('Part of a fact’s id, subject, answer or tag, of a record’s id, or of a file’s name'),
        value: this.#filter,
      }));
    if (text !== undefined) {
      this.#setFilter(text.trim());
    }
  }

  #setFilter(text: string): void {
    this.#filter = text;
    this.#startAnew();
    void vscode.commands.executeCommand('setContext', ContextKeys.filtered, text !== '');
    this.#refresh();
  }
}

function leaksIn({ facts }: LeakIndex): number {
  return facts.reduce((sum, { leaks }) => sum + leaks, 0);
}
