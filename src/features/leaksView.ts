import * as vscode from 'vscode';
import type { Project } from '../client/project';
import type { DecisionAction } from '../core/decisions/decision';
import type { Fact } from '../core/forget/fact';
import { groups } from '../core/groups';
import { decimal, grouped, plural, t } from '../core/l10n';
import { LEAK_NOUNS } from '../core/report/leakWords';
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
  leakPlaces,
  type LeakPlace as Place,
  wordsOf,
} from './leakPlaces';
import { clip, entryName, leaksInRecords, leaksInWords, secretName, similarityWords, worstOf } from './leakText';
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
          ([, places]) => ({ kind: 'record', places, uri: node.uri, offset: places[0]?.entry?.start ?? null }),
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
      groups(places, ({ uri }) => uri),
      ([uri, group]) => {
        const isWhole = this.#filter !== '' || group.some(({ entry }) => entry !== null);
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
      return plural(this.#places().length, '{0} leak with “{1}”', '{0} leaks with “{1}”', visibleText(this.#filter));
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
  item.description = [share(exposure), plural(all, '{0} place', '{0} places'), factId, ...project].join(' · ');
  item.tooltip = [
    `${name} (${entry})`,
    [
      t('exposure {0}', share(exposure)),
      t('lift {0}', share(worst?.lift ?? 0)),
      ...(totals?.similarity == null ? [] : [t('similarity up to {0}', decimal(totals.similarity.toFixed(2)))]),
    ].join(', '),
    plural(
      records,
      '{1} in {0} record, {2} of them stated',
      '{1} in {0} records, {2} of them stated',
      plural(all, '{0} place', '{0} places'),
      grouped(stated),
    ),
    ...(totals ? [factVerdict(totals, temperature).words] : []),
  ].join('\n');
  item.contextValue = 'fact';
  item.iconPath = icon(worst, places[0]);
  item.accessibilityInformation = {
    label: [
      capital(entry),
      name,
      t('exposure {0}', share(exposure)),
      plural(all, '{0} place', '{0} places'),
      ...project,
    ].join(', '),
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
      ? plural(all, '{0} leak, the worst {1} shown', '{0} leaks, the worst {1} shown', grouped(places.length))
      : leaksInRecords(places.length, recordsOf(places));
  item.description = [found, ...project].join(' · ');
  item.accessibilityInformation = { label: [t('File {0}', fileName(uri)), found, ...project].join(', ') };
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = 'file';
  return item;
}

function moreItem(left: number): vscode.TreeItem {
  const item = new vscode.TreeItem(t('and {0} more', grouped(left)));
  item.accessibilityInformation = { label: t('And {0} more, which are counted but not shown', grouped(left)) };
  return item;
}

function recordsOf(places: readonly Place[]): number {
  return new Set(places.map(({ uri, record }) => `${uri} ${record.index}`)).size;
}

function recordItem({ uri, places }: LeakNode & { readonly kind: 'record' }): vscode.TreeItem {
  const worst = worstOf(places.map(({ leak }) => leak));
  const [first] = places;
  const id = visibleText(clip(first?.record.id ?? '', 40));
  const line = first?.record.line ?? 1;
  const item = new vscode.TreeItem(id, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `record ${uri} ${first?.record.index}`;
  item.description = [t('line {0}', line), t('{0} lift', share(worst?.lift ?? 0)), leaksInWords(places.length)].join(
    ' · ',
  );
  item.tooltip = visibleText(clip(first?.entry?.record.text ?? textOf(first?.around()), 300));
  item.contextValue = first?.entry ? 'record' : 'closedRecord';
  item.iconPath = icon(worst, first);
  item.accessibilityInformation = {
    label: [
      t('Record {0}', id),
      t('line {0}', line),
      t('lift {0}', share(worst?.lift ?? 0)),
      leaksInWords(places.length),
    ].join(', '),
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
    below === 'fact'
      ? `${share(leak.lift)} · ${where}`
      : [id, t('{0} lift', share(leak.lift)), t('rank {0}', leak.rank)].join(' · ');
  item.tooltip = [
    `${name} (${entryOf})`,
    [
      LEAK_NOUNS[leak.kind],
      t('lift {0}', share(leak.lift)),
      t('rank {0}', leak.rank),
      t('exposure {0}', share(leak.exposure)),
    ].join(', '),
    ...(similarity === null ? [] : [similarity]),
    `${t('record {0}', visibleText(clip(record.id, 40)))}, ${where}`,
  ].join('\n');
  item.contextValue = entry === null ? 'closedLeak' : 'leak';
  item.iconPath = icon(leak, place);
  const { start, end } = leak;
  // Where the editor has no scores of its own, the file may have changed since the scan.
  const known = entry === null ? { text: text.token, line: record.line } : {};
  const target: LeakPlace = { uri, record: record.index, start, end, ...known };
  item.command = { command: Commands.revealLeak, title: t('Go to Leak'), arguments: [target] };
  item.accessibilityInformation = {
    label: [
      t('{0} of {1}', LEAK_NOUNS[leak.kind], entryOf),
      t('lift {0}', share(leak.lift)),
      t('rank {0}', leak.rank),
      where,
    ].join(', '),
  };
  return item;
}

function decidedItem(places: readonly DecidedPlace[]): vscode.TreeItem {
  const item = new vscode.TreeItem(t('Decided'), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'decided';
  item.description = leaksInWords(places.length);
  item.tooltip = t(
    'Leaks about which you have decided something. Ignored ones count no more; the others count as long as they are in the text.',
  );
  item.contextValue = 'decided';
  item.iconPath = new vscode.ThemeIcon('pass');
  item.accessibilityInformation = { label: `${t('Decided')}, ${leaksInWords(places.length)}` };
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
  const item = new vscode.TreeItem(t('Not named by the forget set'), vscode.TreeItemCollapsibleState.Collapsed);
  const most = decimal((places[0]?.at.unattributed ?? 0).toFixed(1));
  item.id = 'unnamed';
  item.description = `${plural(places.length, '{0} record', '{0} records')} · ${t('up to {0} bits', most)}`;
  item.tooltip = [
    t('The teacher knows something here that your forget set does not name.'),
    t(
      'Look whether an alias or a fact is missing. Bits say how far the reference is from expecting what the teacher expects, beyond what the facts explain.',
    ),
  ].join('\n');
  item.contextValue = 'unnamed';
  item.iconPath = new vscode.ThemeIcon('question');
  item.accessibilityInformation = {
    label: [
      t('Not named by the forget set'),
      plural(places.length, '{0} record', '{0} records'),
      t('up to {0} bits', most),
    ].join(', '),
  };
  return item;
}

function unnamedPlaceItem({ analysis, entry, at }: UnnamedPlace): vscode.TreeItem {
  const { record } = entry;
  const where = `${fileName(analysis.uri)}:${record.line}`;
  const label = snippet(around(record.text, at), at.start);
  const item = new vscode.TreeItem(label);
  const bits = decimal(at.unattributed.toFixed(1));
  item.id = `unnamed ${analysis.uri} ${record.index}`;
  item.description = t('{0} bits · {1}', bits, where);
  item.tooltip = [
    t(
      'Of {0} bits between teacher and reference the forget set explains {1}; {2} are left.',
      decimal(at.kl.toFixed(1)),
      decimal(at.forgetBits.toFixed(1)),
      bits,
    ),
    `${t('record {0}', visibleText(clip(record.id, 40)))}, ${where}`,
  ].join('\n');
  item.contextValue = 'place';
  item.iconPath = new vscode.ThemeIcon('circle-outline');
  const place: LeakPlace = { uri: analysis.uri, record: record.index, start: at.start, end: at.end };
  item.command = { command: Commands.revealLeak, title: t('Go to Place'), arguments: [place] };
  item.accessibilityInformation = { label: t('{0}, {1} bits that no fact explains, {2}', label.label, bits, where) };
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
