import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Fact } from '../core/forget/fact';
import { count } from '../core/report/closingWords';
import { visibleText } from '../core/report/visibleText';
import { type Band, bandOf } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import type { ErrorReporter } from '../host/errors';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type ColorId, Colors, Commands, ContextKeys, Memory, Views } from '../host/ids';
import { clip, share, spanOf, worstOf } from './leakText';
import type { LeakPlace } from './navigation';

export type Grouping = 'fact' | 'record';

/** Children shown below one node; the rest is counted. */
const MAX_CHILDREN = 500;
const REFRESH_MS = 500;

/** A leak in its record and file. */
interface Place {
  readonly analysis: FileAnalysis;
  readonly entry: RecordAnalysis;
  readonly leak: Leak;
  readonly fact: Fact | undefined;
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

  constructor(
    private readonly store: AnalysisStore,
    private readonly memory: vscode.Memento,
    errors: ErrorReporter,
  ) {
    this.#grouping = memory.get(Memory.grouping) === 'record' ? 'record' : 'fact';
    this.#view = vscode.window.createTreeView(Views.leaks, { treeDataProvider: this, showCollapseAll: true });
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

  getChildren(node?: LeakNode): LeakNode[] {
    if (node === undefined) {
      const places = this.#places();
      return this.#grouping === 'fact' ? byFact(places) : byFile(places);
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
      default:
        return [];
    }
  }

  getTreeItem(node: LeakNode): vscode.TreeItem {
    switch (node.kind) {
      case 'fact':
        return factItem(node.id, node.fact, node.places);
      case 'file':
        return fileItem(node.analysis, node.places);
      case 'record':
        return recordItem(node.uri, node.entry, node.places);
      case 'leak':
        return leakItem(node.place, node.below);
      case 'more':
        return new vscode.TreeItem(`and ${node.left} more`);
    }
  }

  /** Leaks that pass the filter, worst first. */
  #places(): readonly Place[] {
    const wanted = this.#filter.toLowerCase();
    return this.store.files
      .flatMap((analysis) => {
        const facts = new Map(analysis.project.facts.map((fact) => [fact.id, fact]));
        return analysis.records.flatMap((entry) =>
          entry.leaks.map((leak): Place => ({ analysis, entry, leak, fact: facts.get(leak.fact) })),
        );
      })
      .filter((place) => wanted === '' || words(place).some((word) => word.toLowerCase().includes(wanted)))
      .sort((a, b) => b.leak.lift - a.leak.lift);
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const filtered = this.#filter !== '';
    const places = filtered ? this.#places().length : 0;
    this.#view.message = filtered ? `${count(places, 'leak')} with “${visibleText(this.#filter)}”` : '';
    this.#changed.fire();
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
  const own = [leak.fact, leak.kind, entry.record.id, basename(vscode.Uri.parse(analysis.uri).fsPath)];
  return fact ? [...own, ...fact.subjects, ...fact.answers, ...fact.tags] : own;
}

/** Items in their order, put together by a key, each group where its first item was. */
function groups<T, K>(items: readonly T[], key: (item: T) => K): [K, T[]][] {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const group = found.get(key(item));
    if (group) {
      group.push(item);
    } else {
      found.set(key(item), [item]);
    }
  }
  return [...found];
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
  const [offset] = spanOf(place.entry, place.leak);
  return { kind: 'leak', place, below, uri: place.analysis.uri, offset };
}

function factName(id: string, fact: Fact | undefined): string {
  const subject = fact?.subjects[0];
  const answer = fact?.answers[0] ?? id;
  return visibleText(subject === undefined ? clip(answer, 60) : `${clip(subject, 40)} → ${clip(answer, 40)}`);
}

function factItem(id: string, fact: Fact | undefined, places: readonly Place[]): vscode.TreeItem {
  const item = new vscode.TreeItem(factName(id, fact), vscode.TreeItemCollapsibleState.Collapsed);
  const worst = worstOf(places.map(({ leak }) => leak));
  const factId = visibleText(clip(worst?.fact ?? id, 40));
  const records = new Set(places.map(({ entry }) => entry)).size;
  const exposure = Math.max(0, ...places.slice(0, MAX_CHILDREN).map(({ leak }) => leak.exposure));
  const stated = places.filter(({ leak }) => leak.kind === 'stated').length;
  item.id = `fact ${id}`;
  item.description = `${share(exposure)} · ${count(places.length, 'place')} · ${factId}`;
  item.tooltip = [
    `${factName(id, fact)} (fact ${factId})`,
    `exposure ${share(exposure)}, lift ${share(worst?.lift ?? 0)}`,
    `${count(places.length, 'place')} in ${count(records, 'record')}, ${stated} of them stated`,
  ].join('\n');
  item.contextValue = 'fact';
  item.iconPath = icon(worst, places[0]);
  item.accessibilityInformation = {
    label: `Fact ${factId}, ${factName(id, fact)}, exposure ${share(exposure)}, ${count(places.length, 'place')}`,
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
  const name = factName(leak.fact, fact);
  const item = new vscode.TreeItem(below === 'fact' ? snippet(record.text, leak) : { label: name });
  const id = visibleText(clip(leak.fact, 40));
  const where = `${basename(vscode.Uri.parse(analysis.uri).fsPath)}:${record.line}`;
  item.id = `${below} ${analysis.uri} ${record.index} ${leak.position} ${leak.fact}`;
  item.description =
    below === 'fact' ? `${share(leak.lift)} · ${where}` : `${id} · ${share(leak.lift)} lift · rank ${leak.rank}`;
  item.tooltip = [
    `${name} (fact ${id})`,
    `${leak.kind} leak, lift ${share(leak.lift)}, rank ${leak.rank}, exposure ${share(leak.exposure)}`,
    `record ${visibleText(clip(record.id, 40))}, ${where}`,
  ].join('\n');
  item.contextValue = 'leak';
  item.iconPath = icon(leak, { analysis });
  const place: LeakPlace = { uri: analysis.uri, record: record.index, start: leak.start, end: leak.end };
  item.command = { command: Commands.revealLeak, title: 'Go to Leak', arguments: [place] };
  item.accessibilityInformation = {
    label: `${leak.kind} leak of fact ${id}, lift ${share(leak.lift)}, rank ${leak.rank}, ${where}`,
  };
  return item;
}

/** The predicted token with a little of the text around it. */
function snippet(text: string, leak: Leak): vscode.TreeItemLabel {
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
