import * as vscode from 'vscode';
import type { DecisionAction } from '../core/decisions/decision';
import { decimal, grouped, plural, t } from '../core/l10n';
import { LEAK_NOUNS } from '../core/report/leakWords';
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
import { clip, entryName, leaksInRecords, leaksInWords, secretName, similarityWords, worstOf } from './leakText';
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
  return new Set(places.map(({ file, record }) => `${file} ${record.index}`)).size;
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
  const item = new vscode.TreeItem(below === 'fact' ? snippet(text, leak.start, share(leak.lift)) : { label: name });
  const id = visibleText(clip(leak.fact, 40));
  const where = `${fileName(uri)}:${record.line}`;
  item.id = `${below} ${uri} ${record.index} ${leak.position} ${leak.fact}`;
  item.description =
    below === 'fact' ? where : [id, t('{0} lift', share(leak.lift)), t('rank {0}', leak.rank)].join(' · ');
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
  const near = before.slice(-NEAR);
  const head = lead + clean(near.replace(/^\S*\s/u, start > near.length ? '… ' : '$&'));
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
