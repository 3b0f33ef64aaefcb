import * as vscode from 'vscode';
import type { DecisionAction } from '../core/decisions/decision';
import { count } from '../core/report/closingWords';
import { share } from '../core/report/share';
import type { FactTotals } from '../core/report/tally';
import { factVerdict } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import { type Band, bandOf } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import { type ColorId, Colors, Commands } from '../host/ids';
import { decisionWords } from './acts/decisionWords';
import { type Grouping, type LeakNode, MAX_CHILDREN, type UnnamedPlace } from './leakNodes';
import { type Around, around, type DecidedPlace, fileName, type LeakPlace as Place } from './leakPlaces';
import { clip, entryName, secretName, similarityWords, worstOf } from './leakText';
import type { LeakPlace } from './navigation';

/** How the nodes of the Leaks view look and what a screen reader says of them. */

/** What stands beside a node of a fact or a file. */
export interface NodeFrame {
  /** What is counted of a fact. */
  readonly totals: FactTotals | undefined;
  /** The project's name, where it has to be told. */
  readonly project: readonly string[];
}

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
      return unnamedItem(node.places);
    case 'unnamedPlace':
      return unnamedPlaceItem(node.place);
    case 'more':
      return moreItem(node.left);
  }
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
  return new Set(places.map(({ uri, record }) => `${uri} ${record.index}`)).size;
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
