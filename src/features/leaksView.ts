import * as vscode from 'vscode';
import type { Project } from '../client/project';
import { groups } from '../core/groups';
import { plural, t } from '../core/l10n';
import type { FactTotals } from '../core/report/tally';
import { visibleText } from '../core/report/visibleText';
import type { AnalysisStore } from '../host/analysisStore';
import type { CorpusScan } from '../host/corpusScan';
import type { CorpusScans } from '../host/corpusScans';
import type { ErrorReporter } from '../host/errors';
import { Commands, ContextKeys, Memory, Views } from '../host/ids';
import { projectName } from '../host/projects';
import { leakTreeItem } from './leakItems';
import {
  capped,
  decidedNode,
  decidedNodes,
  type Grouping,
  type LeakNode,
  leakNode,
  MAX_CHILDREN,
  type UnnamedPlace,
  unnamedNode,
  unnamedNodes,
} from './leakNodes';
import { decidedPlaces, fileName, isOfRecord, leakPlaces, type LeakPlace as Place, wordsOf } from './leakPlaces';
import { byProject, type Counted, countedScan, verdictOf } from './verdictWords';

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
      scans.onDidChange(() => this.#refreshSoon()),
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
      const places = this.#places();
      const nodes = this.#grouping === 'fact' ? this.#byFact(places) : this.#byFile(places);
      return [
        ...nodes,
        ...decidedNodes(this.#filtered(decidedPlaces(this.store.counted))),
        ...unnamedNodes(this.#unnamed()),
      ];
    }
    switch (node.kind) {
      case 'fact':
        return capped(node.places, (place) => leakNode(place, 'fact'), node.all);
      case 'file':
        return capped(
          groups(node.places, ({ record }) => record.index),
          ([, places]) => ({
            kind: 'record',
            places,
            uri: places[0]?.uri ?? node.uri,
            offset: places[0]?.entry?.start ?? null,
          }),
        );
      case 'record':
        return capped(node.places, (place) => leakNode(place, 'record'));
      case 'decided':
        return capped(node.places, decidedNode);
      case 'unnamed':
        return capped(node.places, unnamedNode);
      default:
        return [];
    }
  }

  getTreeItem(node: LeakNode): vscode.TreeItem {
    const [place] = node.kind === 'fact' || node.kind === 'file' ? node.places : [];
    return leakTreeItem(node, { totals: this.#totalsOf(place), project: this.#nameFor(place) });
  }

  /** Open leaks that pass the filter, worst first. */
  #places(): readonly Place[] {
    return this.#filtered(leakPlaces(this.store.counted, this.scans.all));
  }

  #filtered<T extends Place>(places: readonly T[]): readonly T[] {
    const wanted = this.#filter.toLowerCase();
    return wanted === ''
      ? places
      : places.filter((place) => wordsOf(place).some((word) => word.toLowerCase().includes(wanted)));
  }

  /** Records in which the teacher knows something that no fact names and that pass the filter, most first. */
  #unnamed(): readonly UnnamedPlace[] {
    const wanted = this.#filter.toLowerCase();
    return this.store.counted
      .flatMap((analysis) =>
        analysis.records.flatMap((entry) => {
          const [at] = entry.unattributed;
          return at ? [{ analysis, entry, at }] : [];
        }),
      )
      .filter((place) => wanted === '' || ownWords(place).some((word) => word.toLowerCase().includes(wanted)))
      .sort((a, b) => b.at.unattributed - a.at.unattributed);
  }

  #count(): readonly Counted[] {
    const { all } = this.scans;
    // What a scan has counted of a whole corpus says more than the files that happen to be open.
    this.#counted ??= [
      ...byProject(this.store.counted.filter(({ project }) => !all.some((scan) => isOf(scan, project)))),
      ...all.map(countedScan),
    ];
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

  /** Facts of different projects stay apart even where they share an id. */
  #byFact(places: readonly Place[]): LeakNode[] {
    const exposure = (group: readonly Place[]) => Math.max(...group.map(({ leak }) => leak.exposure));
    const found = groups(places, ({ project, leak }) => `${project.configPath}\0${leak.fact}`)
      .map(([id, group]) => ({ id, group, worst: exposure(group.slice(0, MAX_CHILDREN)) }))
      .sort((a, b) => b.worst - a.worst);
    return capped(found, ({ id, group }) => ({
      kind: 'fact',
      id,
      fact: group[0]?.fact,
      places: group,
      all: this.#filter === '' ? Math.max(group.length, this.#totalsOf(group[0])?.positions ?? 0) : group.length,
    }));
  }

  #byFile(places: readonly Place[]): LeakNode[] {
    const counted = new Map(
      this.scans.all.flatMap(({ findings }) => findings.files.map(({ file, leaks }) => [file, leaks])),
    );
    return capped(
      groups(places, ({ file }) => file),
      ([uri, group]) => {
        const isWhole = this.#filter !== '' || group.some((place) => place.entry !== null && !isOfRecord(place));
        const leaks = isWhole ? 0 : (counted.get(vscode.Uri.parse(uri).fsPath) ?? 0);
        return { kind: 'file', uri, places: group, all: Math.max(group.length, leaks) };
      },
    );
  }

  #refreshSoon(): void {
    this.#forgetCounts();
    this.#timer ??= setTimeout(() => this.#refresh(), REFRESH_MS);
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#forgetCounts();
    this.#view.message = this.#words();
    this.#changed.fire();
  }

  /** Nodes are asked for whenever VS Code likes, also before the next refresh: what they say must hold then. */
  #forgetCounts(): void {
    this.#counted = undefined;
    this.#totals.clear();
  }

  /** What the filter leaves, or whether filtering the corpus works. Where the filter leaves nothing, the welcome view says so: it has no room beside words. */
  #words(): string {
    if (this.#filter !== '') {
      const left = this.#places().length;
      return left === 0 ? '' : plural(left, '{0} leak with “{1}”', '{0} leaks with “{1}”', visibleText(this.#filter));
    }
    const verdicts = this.#count().flatMap((counted) => {
      const verdict = verdictOf(counted);
      return verdict ? [{ words: verdict.sentences.slice(0, MAX_SENTENCES).join(' '), project: counted.project }] : [];
    });
    const [only] = verdicts;
    return verdicts.length > 1
      ? verdicts.map(({ words, project }) => `${projectName(project.root)}: ${words}`).join('\n')
      : (only?.words ?? '');
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
    void vscode.commands.executeCommand('setContext', ContextKeys.filtered, text !== '');
    this.#refresh();
  }
}

function ownWords({ analysis, entry }: UnnamedPlace): readonly string[] {
  return [entry.record.id, fileName(analysis.uri)];
}

/** Whether a scan is of the project, by its seep.json. */
function isOf({ scope }: CorpusScan, { configPath }: Project): boolean {
  return scope.configPath === configPath;
}
