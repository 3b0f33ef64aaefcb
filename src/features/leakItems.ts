import * as vscode from 'vscode';
import type { DecisionAction, Span } from '../core/decisions/decision';
import { decimal, grouped, plural, t } from '../core/l10n';
import { LEAK_NOUNS } from '../core/report/leakWords';
import { share } from '../core/report/share';
import type { FactTotals } from '../core/report/tally';
import { factVerdict } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import { type Band, bandOf } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import { sliceWhole } from '../core/text/sliceWhole';
import { type ColorId, Colors, Commands } from '../host/ids';
import { scopeName } from '../host/scopeName';
import { decisionWords } from './acts/decisionWords';
import { exposureOf } from './leakIndex';
import type { Grouping, LeakNode, UnnamedRest } from './leakNodes';
import {
  type Around,
  type DecidedPlace,
  type FoundPlace,
  fileName,
  type LeakPlace as Place,
  type UnnamedPlace,
} from './leakPlaces';
import { clip, entryName, leaksInRecords, leaksInWords, secretName } from './leakText';
import type { LeakPlace } from './navigation';

/** How the nodes of the Leaks view look and what a screen reader says of them. */

/** What stands beside a node of a fact or a file. */
export interface NodeFrame {
  /** What is counted of a fact. */
  readonly totals: FactTotals | undefined;
  /** The project's name, where it has to be told. */
  readonly project: readonly string[];
}

/** Nodes of which there may be many tell their tooltip when it is wanted, see {@link leakTooltip}. */
export function leakTreeItem(node: LeakNode, { totals, project }: NodeFrame): vscode.TreeItem {
  switch (node.kind) {
    case 'fact':
      return factItem(node, totals, project);
    case 'file':
      return fileItem(node, project);
    case 'record':
      return recordItem(node);
    case 'leak':
      return leakItem(node.place, node.below);
    case 'decided':
      return decidedItem(node.places);
    case 'decidedLeak':
      return decidedLeakItem(node.place);
    case 'unnamed':
      return unnamedItem(node);
    case 'unnamedPlace':
      return unnamedPlaceItem(node.place);
    case 'unnamedRest':
      return unnamedRestItem(node.rest);
    case 'more':
      return moreItem(node.left);
  }
}

function factItem(
  { fact, group, all }: LeakNode & { readonly kind: 'fact' },
  totals: FactTotals | undefined,
  project: readonly string[],
): vscode.TreeItem {
  const [first] = group.items;
  const worst = first?.leak;
  const id = worst?.fact ?? '';
  const name = secretName(id, fact);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  const factId = visibleText(clip(id, 40));
  const entry = entryName(id, fact);
  const temperature = first?.project.temperature ?? 1;
  // Not every place may be known one by one; the totals are of all.
  const { records, stated } = totals !== undefined && all > group.leaks ? totals : group;
  const exposure = exposureOf(group.items);
  item.id = `fact ${group.key}`;
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
  item.iconPath = icon(worst, first);
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
  { uri, group: { leaks, records }, all }: LeakNode & { readonly kind: 'file' },
  project: readonly string[],
): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.Uri.parse(uri), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `file ${uri}`;
  const found =
    all > leaks
      ? plural(all, '{0} leak, the worst {1} shown', '{0} leaks, the worst {1} shown', grouped(leaks))
      : leaksInRecords(leaks, records);
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

function recordItem({ uri, places }: LeakNode & { readonly kind: 'record' }): vscode.TreeItem {
  const [first] = places;
  const worst = first?.leak;
  const id = visibleText(clip(first?.record.id ?? '', 40));
  const line = first?.record.line ?? 1;
  const item = new vscode.TreeItem(id, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `record ${uri} ${first?.record.index}`;
  item.description = [t('line {0}', line), t('{0} lift', share(worst?.lift ?? 0)), leaksInWords(places.length)].join(
    ' · ',
  );
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
  const text = place.around();
  const item = new vscode.TreeItem(below === 'fact' ? snippet(text, leak.start, share(leak.lift)) : { label: name });
  const id = visibleText(clip(leak.fact, 40));
  const where = `${fileName(uri)}:${record.line}`;
  item.id = `${below} ${uri} ${record.index} ${leak.position} ${leak.fact}`;
  item.description =
    below === 'fact' ? where : [id, t('{0} lift', share(leak.lift)), t('rank {0}', leak.rank)].join(' · ');
  item.contextValue = entry === null ? 'closedLeak' : 'leak';
  item.iconPath = icon(leak, place);
  item.command = reveal(t('Go to Leak'), place, leak);
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

function unnamedItem({ places }: LeakNode & { readonly kind: 'unnamed' }): vscode.TreeItem {
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

function unnamedPlaceItem(place: UnnamedPlace): vscode.TreeItem {
  const { uri, record, entry, at } = place;
  const where = `${fileName(uri)}:${record.line}`;
  const text = place.around();
  const label = snippet(text, at.start);
  const item = new vscode.TreeItem(label);
  const bits = decimal(at.unattributed.toFixed(1));
  item.id = `unnamed ${uri} ${record.index}`;
  item.description = t('{0} bits · {1}', bits, where);
  item.contextValue = entry === null ? 'closedPlace' : 'place';
  item.iconPath = new vscode.ThemeIcon('circle-outline');
  item.command = reveal(t('Go to Place'), place, at);
  item.accessibilityInformation = { label: t('{0}, {1} bits that no fact explains, {2}', label.label, bits, where) };
  return item;
}

function unnamedRestItem({ scope, left }: UnnamedRest): vscode.TreeItem {
  const item = new vscode.TreeItem(plural(left, 'and {0} lesser place', 'and {0} lesser places'));
  const name = scopeName(scope);
  item.description = name;
  item.tooltip = t('Counted in the scan of {0}; a click opens its summary.', name);
  item.command = { command: Commands.openSummary, title: t('Show Summary'), arguments: [scope] };
  item.accessibilityInformation = { label: `${item.label}, ${item.tooltip}` };
  return item;
}

/** Goes to a place of a record. Where the editor has no scores of its own, the file may have changed since the scan. */
function reveal(title: string, place: FoundPlace, { start, end }: Span): vscode.Command {
  const { uri, record, entry } = place;
  const known = entry === null ? { text: place.around().token, line: record.line } : {};
  const target: LeakPlace = { uri, record: record.index, start, end, ...known };
  return { command: Commands.revealLeak, title, arguments: [target] };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Characters before a token that leave room for it in a narrow view. */
const NEAR = 24;

/**
 * The predicted token with a little of the text around it.
 * @param start of the token in the record's text
 * @param figure what must be seen in a narrow view too, and so comes first
 */
function snippet({ before, token, after }: Around, start: number, figure?: string): vscode.TreeItemLabel {
  const clean = (part: string) => visibleText(part.replace(/\s+/gu, ' '));
  const lead = figure === undefined ? '' : `${figure}  `;
  const near = sliceWhole(before, before.length - NEAR, before.length);
  const head = lead + clean(near.replace(/^\S*\s/u, start > near.length ? '… ' : '$&'));
  const middle = token === '' ? ' ▸' : clean(token);
  const from = head.length + (middle.length - middle.trimStart().length);
  return { label: head + middle + clean(after), highlights: [[from, head.length + middle.length]] };
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
