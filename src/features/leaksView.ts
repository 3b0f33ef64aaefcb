import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Decision, DecisionAction } from '../core/decisions/decision';
import { answerText, type Fact } from '../core/forget/fact';
import { groups } from '../core/groups';
import { count } from '../core/report/closingWords';
import type { FactTotals } from '../core/report/tally';
import type { UnattributedPosition } from '../core/report/unattributed';
import { factVerdict } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import { type Band, bandOf } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import type { ErrorReporter } from '../host/errors';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type ColorId, Colors, Commands, ContextKeys, Memory, Views } from '../host/ids';
import { decisionWords } from './acts/decisionWords';
import { clip, entryName, secretName, share, similarityWords, worstOf } from './leakText';
import type { LeakPlace } from './navigation';
import { byProject, type Counted, verdictOf } from './verdictWords';

export type Grouping = 'fact' | 'record';

/** Children shown below one node; the rest is counted. */
const MAX_CHILDREN = 500;
const REFRESH_MS = 500;
/** Sentences of a verdict above the tree; the status bar's tooltip has all. */
const MAX_SENTENCES = 2;

/** A leak in its record and file. */
export interface Place {
  readonly analysis: FileAnalysis;
  readonly entry: RecordAnalysis;
  readonly leak: Leak;
  readonly fact: Fact | undefined;
}

/** A record in which the teacher knows something that no fact names. */
interface UnnamedPlace {
  readonly analysis: FileAnalysis;
  readonly entry: RecordAnalysis;
  /** Where it is most. */
  readonly at: UnattributedPosition;
}

/** A leak about which something is decided. */
export interface DecidedPlace extends Place {
  readonly decision: Decision;
}

/** `uri` and `offset` make a node an argument of the commands in its context menu. */
export type LeakNode =
  | { readonly kind: 'fact'; readonly places: readonly Place[]; readonly fact: Fact | undefined; readonly id: string }
  | { readonly kind: 'file'; readonly places: readonly Place[]; readonly analysis: FileAnalysis }
  | {
      readonly kind: 'record';
      readonly places: readonly Place[];
      readonly entry: RecordAnalysis;
      readonly uri: string;
      readonly offset: number;
    }
  | {
      readonly kind: 'leak';
      readonly place: Place;
      readonly below: Grouping;
      readonly uri: string;
      readonly offset: number;
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
      store.onDidChange(() => {
        this.#timer ??= setTimeout(() => this.#refresh(), REFRESH_MS);
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
      const places = this.#places();
      return [
        ...(this.#grouping === 'fact' ? byFact(places) : byFile(places)),
        ...decidedNodes(this.#decided()),
        ...unnamedNodes(this.#unnamed()),
      ];
    }
    switch (node.kind) {
      case 'fact':
        return capped(node.places, (place) => leakNode(place, 'fact'));
      case 'file':
        return capped(
          groups(node.places, ({ entry }) => entry),
          ([entry, places]) => ({
            kind: 'record',
            places,
            entry,
            uri: node.analysis.uri,
            offset: entry.start,
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
        return factItem(node.id, node.fact, node.places, this.#totalsOf(node.places[0]));
      case 'file':
        return fileItem(node.analysis, node.places);
      case 'record':
        return recordItem(node.uri, node.entry, node.places);
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
        return new vscode.TreeItem(`and ${node.left} more`);
    }
  }

  /** Open leaks that pass the filter, worst first. */
  #places(): readonly Place[] {
    return this.#filtered(({ leaks }) => leaks.map((leak) => ({ leak })));
  }

  /** Leaks about which something is decided and that pass the filter, worst first. */
  #decided(): readonly DecidedPlace[] {
    return this.#filtered(({ decided }) => decided);
  }

  #filtered<T extends Pick<Place, 'leak'>>(leaksOf: (entry: RecordAnalysis) => readonly T[]): (T & Place)[] {
    const wanted = this.#filter.toLowerCase();
    return this.store.files
      .flatMap((analysis) => {
        const facts = new Map(analysis.project.facts.map((fact) => [fact.id, fact]));
        return analysis.records.flatMap((entry) =>
          leaksOf(entry).map((each) => ({ ...each, analysis, entry, fact: facts.get(each.leak.fact) })),
        );
      })
      .filter((place) => wanted === '' || words(place).some((word) => word.toLowerCase().includes(wanted)))
      .sort((a, b) => b.leak.lift - a.leak.lift);
  }

  /** Records in which the teacher knows something that no fact names and that pass the filter, most first. */
  #unnamed(): readonly UnnamedPlace[] {
    const wanted = this.#filter.toLowerCase();
    return this.store.files
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
    this.#counted ??= byProject(this.store.files);
    return this.#counted;
  }

  #totalsOf(place: Place | undefined): FactTotals | undefined {
    if (place === undefined) {
      return undefined;
    }
    const { hash } = place.analysis.project;
    let totals = this.#totals.get(hash);
    if (totals === undefined) {
      const counted = this.#count().find(({ project }) => project.hash === hash);
      totals = new Map(counted?.tally.facts.map((each) => [each.fact, each]));
      this.#totals.set(hash, totals);
    }
    return totals.get(place.leak.fact);
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
      ? verdicts.map(({ words, project }) => `${basename(project.root)}: ${words}`).join('\n')
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

function words({ analysis, entry, leak, fact }: Place): readonly string[] {
  const own = [leak.fact, leak.kind, ...ownWords({ analysis, entry })];
  return fact ? [...own, answerText(fact, leak), ...fact.subjects, ...fact.answers, ...fact.tags] : own;
}

function ownWords({ analysis, entry }: Pick<Place, 'analysis' | 'entry'>): readonly string[] {
  return [entry.record.id, basename(vscode.Uri.parse(analysis.uri).fsPath)];
}

/** Facts of different projects stay apart even where they share an id. */
function byFact(places: readonly Place[]): LeakNode[] {
  const exposure = (group: readonly Place[]) => Math.max(...group.map(({ leak }) => leak.exposure));
  const found = groups(places, ({ analysis, leak }) => `${analysis.project.configPath}\0${leak.fact}`)
    .map(([id, group]) => ({ id, group, worst: exposure(group.slice(0, MAX_CHILDREN)) }))
    .sort((a, b) => b.worst - a.worst);
  return capped(found, ({ id, group }) => ({ kind: 'fact', id, fact: group[0]?.fact, places: group }));
}

function byFile(places: readonly Place[]): LeakNode[] {
  return groups(places, ({ analysis }) => analysis).map(([analysis, group]) => ({
    kind: 'file',
    analysis,
    places: group,
  }));
}

function capped<T>(items: readonly T[], toNode: (item: T) => LeakNode): LeakNode[] {
  const nodes = items.slice(0, MAX_CHILDREN).map(toNode);
  const left = items.length - nodes.length;
  return left > 0 ? [...nodes, { kind: 'more', left }] : nodes;
}

function leakNode(place: Place, below: Grouping): LeakNode {
  const [offset] = place.entry.spanOf(place.leak);
  return { kind: 'leak', place, below, uri: place.analysis.uri, offset };
}

function decidedNodes(places: readonly DecidedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'decided', places }] : [];
}

function decidedNode(place: DecidedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.leak);
  return { kind: 'decidedLeak', place, uri: place.analysis.uri, offset };
}

function unnamedNodes(places: readonly UnnamedPlace[]): LeakNode[] {
  return places.length > 0 ? [{ kind: 'unnamed', places }] : [];
}

function unnamedNode(place: UnnamedPlace): LeakNode {
  const [offset] = place.entry.spanOf(place.at);
  return { kind: 'unnamedPlace', place, uri: place.analysis.uri, offset };
}

function factItem(
  id: string,
  fact: Fact | undefined,
  places: readonly Place[],
  totals: FactTotals | undefined,
): vscode.TreeItem {
  const worst = worstOf(places.map(({ leak }) => leak));
  const name = secretName(worst?.fact ?? id, fact);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  const factId = visibleText(clip(worst?.fact ?? id, 40));
  const entry = entryName(worst?.fact ?? id, fact);
  const temperature = places[0]?.analysis.project.temperature ?? 1;
  const records = new Set(places.map(({ entry }) => entry)).size;
  const exposure = Math.max(0, ...places.slice(0, MAX_CHILDREN).map(({ leak }) => leak.exposure));
  const stated = places.filter(({ leak }) => leak.kind === 'stated').length;
  item.id = `fact ${id}`;
  item.description = `${share(exposure)} · ${count(places.length, 'place')} · ${factId}`;
  item.tooltip = [
    `${name} (${entry})`,
    `exposure ${share(exposure)}, lift ${share(worst?.lift ?? 0)}${totals?.similarity == null ? '' : `, similarity up to ${totals.similarity.toFixed(2)}`}`,
    `${count(places.length, 'place')} in ${count(records, 'record')}, ${stated} of them stated`,
    ...(totals ? [factVerdict(totals, temperature).words] : []),
  ].join('\n');
  item.contextValue = 'fact';
  item.iconPath = icon(worst, places[0]);
  item.accessibilityInformation = {
    label: `${capital(entry)}, ${name}, exposure ${share(exposure)}, ${count(places.length, 'place')}`,
  };
  return item;
}

function fileItem(analysis: FileAnalysis, places: readonly Place[]): vscode.TreeItem {
  const uri = vscode.Uri.parse(analysis.uri);
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  const records = new Set(places.map(({ entry }) => entry)).size;
  item.id = `file ${analysis.uri}`;
  item.description = `${count(places.length, 'leak')} in ${count(records, 'record')}`;
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = 'file';
  return item;
}

function recordItem(uri: string, entry: RecordAnalysis, places: readonly Place[]): vscode.TreeItem {
  const worst = worstOf(places.map(({ leak }) => leak));
  const id = visibleText(clip(entry.record.id, 40));
  const item = new vscode.TreeItem(id, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `record ${uri} ${entry.record.index}`;
  item.description = `line ${entry.record.line} · ${share(worst?.lift ?? 0)} lift · ${count(places.length, 'leak')}`;
  item.tooltip = visibleText(clip(entry.record.text, 300));
  item.contextValue = 'record';
  item.iconPath = icon(worst, places[0]);
  item.accessibilityInformation = {
    label: `Record ${id}, line ${entry.record.line}, lift ${share(worst?.lift ?? 0)}, ${count(places.length, 'leak')}`,
  };
  return item;
}

function leakItem({ analysis, entry, leak, fact }: Place, below: Grouping): vscode.TreeItem {
  const { record } = entry;
  const name = secretName(leak.fact, fact);
  const entryOf = entryName(leak.fact, fact);
  const similarity = similarityWords(entry.similarityOf(leak));
  const item = new vscode.TreeItem(below === 'fact' ? snippet(record.text, leak) : { label: name });
  const id = visibleText(clip(leak.fact, 40));
  const where = `${basename(vscode.Uri.parse(analysis.uri).fsPath)}:${record.line}`;
  item.id = `${below} ${analysis.uri} ${record.index} ${leak.position} ${leak.fact}`;
  item.description =
    below === 'fact' ? `${share(leak.lift)} · ${where}` : `${id} · ${share(leak.lift)} lift · rank ${leak.rank}`;
  item.tooltip = [
    `${name} (${entryOf})`,
    `${leak.kind} leak, lift ${share(leak.lift)}, rank ${leak.rank}, exposure ${share(leak.exposure)}`,
    ...(similarity === null ? [] : [`This place ${similarity}.`]),
    `record ${visibleText(clip(record.id, 40))}, ${where}`,
  ].join('\n');
  item.contextValue = 'leak';
  item.iconPath = icon(leak, { analysis });
  const place: LeakPlace = { uri: analysis.uri, record: record.index, start: leak.start, end: leak.end };
  item.command = { command: Commands.revealLeak, title: 'Go to Leak', arguments: [place] };
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
  item.description = `${what} · ${basename(vscode.Uri.parse(place.analysis.uri).fsPath)}:${place.entry.record.line}`;
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
  const where = `${basename(vscode.Uri.parse(analysis.uri).fsPath)}:${record.line}`;
  const label = snippet(record.text, at);
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The predicted token with a little of the text around it. */
function snippet(text: string, leak: { readonly start: number; readonly end: number }): vscode.TreeItemLabel {
  const clean = (part: string) => visibleText(part.replace(/\s+/gu, ' '));
  const before = text.slice(Math.max(0, leak.start - 32), leak.start);
  const head = clean(before.replace(/^\S*\s/u, leak.start > 32 ? '… ' : '$&'));
  const middle = leak.start === leak.end ? ' ▸' : clean(text.slice(leak.start, leak.end));
  const tail = clean(text.slice(leak.end, leak.end + 24));
  const start = head.length + (middle.length - middle.trimStart().length);
  return { label: head + middle + tail, highlights: [[start, head.length + middle.length]] };
}

const ICON_COLORS: Readonly<Record<LeakKind, Readonly<Record<Band, ColorId>>>> = {
  shadow: { low: Colors.shadowLowBorder, medium: Colors.shadowMediumBorder, high: Colors.shadowHighBorder },
  stated: { low: Colors.statedLowBorder, medium: Colors.statedMediumBorder, high: Colors.statedHighBorder },
};

/** A square where the text states the answer, a circle where only the teacher does, as boxes and underlines in the text. */
function icon(leak: Leak | undefined, place: Pick<Place, 'analysis'> | undefined): vscode.ThemeIcon {
  const band = leak && place ? bandOf(leak.lift, place.analysis.project.threshold) : null;
  if (leak === undefined || band === null) {
    return new vscode.ThemeIcon('circle-outline');
  }
  const color = new vscode.ThemeColor(ICON_COLORS[leak.kind][band]);
  return new vscode.ThemeIcon(leak.kind === 'stated' ? 'primitive-square' : 'circle-filled', color);
}
