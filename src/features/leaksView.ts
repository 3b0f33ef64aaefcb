import * as vscode from 'vscode';
import type { Project } from '../client/project';
import type { DecisionAction } from '../core/decisions/decision';
import type { Fact } from '../core/forget/fact';
import { groups } from '../core/groups';
import { count } from '../core/report/closingWords';
import { share } from '../core/report/share';
import type { FactTotals } from '../core/report/tally';
import type { UnattributedPosition } from '../core/report/unattributed';
import { factVerdict } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import { type Band, bandOf } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import type { CorpusScan } from '../host/corpusScan';
import type { CorpusScans } from '../host/corpusScans';
import type { ErrorReporter } from '../host/errors';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type ColorId, Colors, Commands, ContextKeys, Memory, Views } from '../host/ids';
import { projectName } from '../host/projects';
import { decisionWords } from './acts/decisionWords';
import {
  type Around,
  around,
  type DecidedPlace,
  decidedPlaces,
  fileName,
  isOfRecord,
  leakPlaces,
  type LeakPlace as Place,
  wordsOf,
} from './leakPlaces';
import { clip, entryName, secretName, similarityWords, worstOf } from './leakText';
import type { LeakPlace } from './navigation';
import { byProject, type Counted, countedScan, verdictOf } from './verdictWords';

export type Grouping = 'fact' | 'record';

/** Children shown below one node; the rest is counted. */
const MAX_CHILDREN = 500;
const REFRESH_MS = 500;
/** Sentences of a verdict above the tree; the status bar's tooltip has all. */
const MAX_SENTENCES = 2;

/** A record in which the teacher knows something that no fact names. */
interface UnnamedPlace {
  readonly analysis: FileAnalysis;
  readonly entry: RecordAnalysis;
  /** Where it is most. */
  readonly at: UnattributedPosition;
}

/** `uri` and `offset` make a node an argument of the commands in its context menu. */
export type LeakNode =
  /** `all`: also those that are not known one by one. */
  | {
      readonly kind: 'fact';
      readonly places: readonly Place[];
      readonly all: number;
      readonly fact: Fact | undefined;
      readonly id: string;
    }
  | { readonly kind: 'file'; readonly places: readonly Place[]; readonly uri: string; readonly all: number }
  | {
      readonly kind: 'record';
      readonly places: readonly Place[];
      readonly uri: string;
      readonly offset: number | null;
    }
  | {
      readonly kind: 'leak';
      readonly place: Place;
      readonly below: Grouping;
      readonly uri: string;
      readonly offset: number | null;
    }
  | { readonly kind: 'decided'; readonly places: readonly DecidedPlace[] }
  | { readonly kind: 'decidedLeak'; readonly place: DecidedPlace; readonly uri: string; readonly offset: number }
  | { readonly kind: 'unnamed'; readonly places: readonly UnnamedPlace[] }
  | { readonly kind: 'unnamedPlace'; readonly place: UnnamedPlace; readonly uri: string; readonly offset: number }
  | { readonly kind: 'more'; readonly left: number };

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
    switch (node.kind) {
      case 'fact':
        return factItem(node, this.#totalsOf(node.places[0]), this.#nameFor(node.places[0]));
      case 'file':
        return fileItem(node, this.#nameFor(node.places[0]));
      case 'record':
        return recordItem(node);
      case 'leak':
        return leakItem(node.place, node.below);
      case 'decided':
        return decidedItem(node.places);
      case 'decidedLeak':
        return decidedLeakItem(node.place);
      case 'unnamed':
        return unnamedItem(node.places);
      case 'unnamedPlace':
        return unnamedPlaceItem(node.place);
      case 'more':
        return moreItem(node.left);
    }
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
    this.#timer ??= setTimeout(() => this.#refresh(), REFRESH_MS);
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#counted = undefined;
    this.#totals.clear();
    this.#view.message = this.#words();
    this.#changed.fire();
  }

  /** What the filter leaves, or whether filtering the corpus works. */
  #words(): string {
    if (this.#filter !== '') {
      return `${count(this.#places().length, 'leak')} with “${visibleText(this.#filter)}”`;
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
        title: 'Filter leaks',
        prompt: 'Part of a fact’s id, subject, answer or tag, of a record’s id, or of a file’s name',
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

/** @param all how many there are where not all are at hand */
function capped<T>(items: readonly T[], toNode: (item: T) => LeakNode, all = items.length): LeakNode[] {
  const nodes = items.slice(0, MAX_CHILDREN).map(toNode);
  const left = all - nodes.length;
  return left > 0 ? [...nodes, { kind: 'more', left }] : nodes;
}

function leakNode(place: Place, below: Grouping): LeakNode {
  const offset = place.entry === null ? null : place.entry.spanOf(place.leak)[0];
  return { kind: 'leak', place, below, uri: place.uri, offset };
}

function decidedNodes(places: readonly DecidedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'decided', places }] : [];
}

function decidedNode(place: DecidedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.leak);
  return { kind: 'decidedLeak', place, uri: place.uri, offset };
}

function unnamedNodes(places: readonly UnnamedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'unnamed', places }] : [];
}

function unnamedNode(place: UnnamedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.at);
  return { kind: 'unnamedPlace', place, uri: place.analysis.uri, offset };
}

function factItem(
  { id, fact, places, all }: LeakNode & { readonly kind: 'fact' },
  totals: FactTotals | undefined,
  project: readonly string[],
): vscode.TreeItem {
  const worst = worstOf(places.map(({ leak }) => leak));
  const name = secretName(worst?.fact ?? id, fact);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  const factId = visibleText(clip(worst?.fact ?? id, 40));
  const entry = entryName(worst?.fact ?? id, fact);
  const temperature = places[0]?.project.temperature ?? 1;
  // Not every place may be known one by one; the totals are of all.
  const isCounted = totals !== undefined && all > places.length;
  const records = isCounted ? totals.records : recordsOf(places);
  const stated = isCounted ? totals.stated : places.filter(({ leak }) => leak.kind === 'stated').length;
  const exposure = Math.max(0, ...places.slice(0, MAX_CHILDREN).map(({ leak }) => leak.exposure));
  item.id = `fact ${id}`;
  item.description = [share(exposure), count(all, 'place'), factId, ...project].join(' · ');
  item.tooltip = [
    `${name} (${entry})`,
    `exposure ${share(exposure)}, lift ${share(worst?.lift ?? 0)}${totals?.similarity == null ? '' : `, similarity up to ${totals.similarity.toFixed(2)}`}`,
    `${count(all, 'place')} in ${count(records, 'record')}, ${stated} of them stated`,
    ...(totals ? [factVerdict(totals, temperature).words] : []),
  ].join('\n');
  item.contextValue = 'fact';
  item.iconPath = icon(worst, places[0]);
  item.accessibilityInformation = {
    label: [capital(entry), name, `exposure ${share(exposure)}`, count(all, 'place'), ...project].join(', '),
  };
  return item;
}

function fileItem(
  { uri, places, all }: LeakNode & { readonly kind: 'file' },
  project: readonly string[],
): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.Uri.parse(uri), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `file ${uri}`;
  const found =
    all > places.length
      ? `${count(all, 'leak')}, the worst ${places.length} shown`
      : `${count(places.length, 'leak')} in ${count(recordsOf(places), 'record')}`;
  item.description = [found, ...project].join(' · ');
  item.accessibilityInformation = { label: [`File ${fileName(uri)}`, found, ...project].join(', ') };
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = 'file';
  return item;
}

function moreItem(left: number): vscode.TreeItem {
  const item = new vscode.TreeItem(`and ${left} more`);
  item.accessibilityInformation = { label: `And ${left} more, which are counted but not shown` };
  return item;
}

function recordsOf(places: readonly Place[]): number {
  return new Set(places.map(({ file, record }) => `${file} ${record.index}`)).size;
}

function recordItem({ uri, places }: LeakNode & { readonly kind: 'record' }): vscode.TreeItem {
  const worst = worstOf(places.map(({ leak }) => leak));
  const [first] = places;
  const id = visibleText(clip(first?.record.id ?? '', 40));
  const line = first?.record.line ?? 1;
  const item = new vscode.TreeItem(id, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `record ${uri} ${first?.record.index}`;
  item.description = `line ${line} · ${share(worst?.lift ?? 0)} lift · ${count(places.length, 'leak')}`;
  item.tooltip = visibleText(clip(first?.entry?.record.text ?? textOf(first?.around()), 300));
  item.contextValue = first?.entry ? 'record' : 'closedRecord';
  item.iconPath = icon(worst, first);
  item.accessibilityInformation = {
    label: `Record ${id}, line ${line}, lift ${share(worst?.lift ?? 0)}, ${count(places.length, 'leak')}`,
  };
  return item;
}

function leakItem(place: Place, below: Grouping): vscode.TreeItem {
  const { uri, record, leak, fact, entry } = place;
  const name = secretName(leak.fact, fact);
  const entryOf = entryName(leak.fact, fact);
  const similarity = similarityWords(place.similarity());
  const text = place.around();
  const item = new vscode.TreeItem(below === 'fact' ? snippet(text, leak.start) : { label: name });
  const id = visibleText(clip(leak.fact, 40));
  const where = `${fileName(uri)}:${record.line}`;
  item.id = `${below} ${uri} ${record.index} ${leak.position} ${leak.fact}`;
  item.description =
    below === 'fact' ? `${share(leak.lift)} · ${where}` : `${id} · ${share(leak.lift)} lift · rank ${leak.rank}`;
  item.tooltip = [
    `${name} (${entryOf})`,
    `${leak.kind} leak, lift ${share(leak.lift)}, rank ${leak.rank}, exposure ${share(leak.exposure)}`,
    ...(similarity === null ? [] : [`This place ${similarity}.`]),
    `record ${visibleText(clip(record.id, 40))}, ${where}`,
  ].join('\n');
  item.contextValue = entry === null ? 'closedLeak' : 'leak';
  item.iconPath = icon(leak, place);
  const { start, end } = leak;
  // Where the editor has no scores of its own, the file may have changed since the scan.
  const known = entry === null ? { text: text.token, line: record.line } : {};
  const target: LeakPlace = { uri, record: record.index, start, end, ...known };
  item.command = { command: Commands.revealLeak, title: 'Go to Leak', arguments: [target] };
  item.accessibilityInformation = {
    label: `${leak.kind} leak of ${entryOf}, lift ${share(leak.lift)}, rank ${leak.rank}, ${where}`,
  };
  return item;
}

function decidedItem(places: readonly DecidedPlace[]): vscode.TreeItem {
  const item = new vscode.TreeItem('Decided', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'decided';
  item.description = count(places.length, 'leak');
  item.tooltip =
    'Leaks about which you have decided something. Ignored ones count no more; the others count as long as they are in the text.';
  item.contextValue = 'decided';
  item.iconPath = new vscode.ThemeIcon('pass');
  item.accessibilityInformation = { label: `Decided, ${count(places.length, 'leak')}` };
  return item;
}

function decidedLeakItem(place: DecidedPlace): vscode.TreeItem {
  const item = leakItem(place, 'record');
  const what = decisionWords(place.decision);
  item.id = `decided ${item.id}`;
  item.description = `${what} · ${fileName(place.uri)}:${place.record.line}`;
  item.tooltip = `${what}\n${item.tooltip}`;
  item.contextValue = 'decidedLeak';
  item.iconPath = new vscode.ThemeIcon(DECISION_ICONS[place.decision.action]);
  item.accessibilityInformation = { label: `${what}, ${item.accessibilityInformation?.label ?? ''}` };
  return item;
}

const DECISION_ICONS: Readonly<Record<DecisionAction, string>> = {
  drop: 'trash',
  mask: 'shield',
  ignore: 'eye-closed',
  reviewed: 'pass',
};

function unnamedItem(places: readonly UnnamedPlace[]): vscode.TreeItem {
  const item = new vscode.TreeItem('Not named by the forget set', vscode.TreeItemCollapsibleState.Collapsed);
  const most = (places[0]?.at.unattributed ?? 0).toFixed(1);
  item.id = 'unnamed';
  item.description = `${count(places.length, 'record')} · up to ${most} bits`;
  item.tooltip = [
    'The teacher knows something here that your forget set does not name.',
    'Look whether an alias or a fact is missing. Bits say how far the reference is from expecting what the teacher expects, beyond what the facts explain.',
  ].join('\n');
  item.contextValue = 'unnamed';
  item.iconPath = new vscode.ThemeIcon('question');
  item.accessibilityInformation = {
    label: `Not named by the forget set, ${count(places.length, 'record')}, up to ${most} bits`,
  };
  return item;
}

function unnamedPlaceItem({ analysis, entry, at }: UnnamedPlace): vscode.TreeItem {
  const { record } = entry;
  const where = `${fileName(analysis.uri)}:${record.line}`;
  const label = snippet(around(record.text, at), at.start);
  const item = new vscode.TreeItem(label);
  const bits = at.unattributed.toFixed(1);
  item.id = `unnamed ${analysis.uri} ${record.index}`;
  item.description = `${bits} bits · ${where}`;
  item.tooltip = [
    `Of ${at.kl.toFixed(1)} bits between teacher and reference the forget set explains ${at.forgetBits.toFixed(1)}; ${bits} are left.`,
    `record ${visibleText(clip(record.id, 40))}, ${where}`,
  ].join('\n');
  item.contextValue = 'place';
  item.iconPath = new vscode.ThemeIcon('circle-outline');
  const place: LeakPlace = { uri: analysis.uri, record: record.index, start: at.start, end: at.end };
  item.command = { command: Commands.revealLeak, title: 'Go to Place', arguments: [place] };
  item.accessibilityInformation = { label: `${label.label}, ${bits} bits that no fact explains, ${where}` };
  return item;
}

/** Whether a scan is of the project, by its seep.json. */
function isOf({ scope }: CorpusScan, { configPath }: Project): boolean {
  return scope.configPath === configPath;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * The predicted token with a little of the text around it.
 * @param start of the token in the record's text
 */
function snippet({ before, token, after }: Around, start: number): vscode.TreeItemLabel {
  const clean = (part: string) => visibleText(part.replace(/\s+/gu, ' '));
  const head = clean(before.replace(/^\S*\s/u, start > before.length ? '… ' : '$&'));
  const middle = token === '' ? ' ▸' : clean(token);
  const from = head.length + (middle.length - middle.trimStart().length);
  return { label: head + middle + clean(after), highlights: [[from, head.length + middle.length]] };
}

function textOf(text: Around | undefined): string {
  return text === undefined ? '' : `…${text.before}${text.token}${text.after}…`;
}

const ICON_COLORS: Readonly<Record<LeakKind, Readonly<Record<Band, ColorId>>>> = {
  shadow: { low: Colors.shadowLowBorder, medium: Colors.shadowMediumBorder, high: Colors.shadowHighBorder },
  stated: { low: Colors.statedLowBorder, medium: Colors.statedMediumBorder, high: Colors.statedHighBorder },
};

/** A square where the text states the answer, a circle where only the teacher does, as boxes and underlines in the text. */
function icon(leak: Leak | undefined, place: Pick<Place, 'project'> | undefined): vscode.ThemeIcon {
  const band = leak && place ? bandOf(leak.lift, place.project.threshold) : null;
  if (leak === undefined || band === null) {
    return new vscode.ThemeIcon('circle-outline');
  }
  const color = new vscode.ThemeColor(ICON_COLORS[leak.kind][band]);
  return new vscode.ThemeIcon(leak.kind === 'stated' ? 'primitive-square' : 'circle-filled', color);
}
