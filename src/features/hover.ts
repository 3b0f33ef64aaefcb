import * as vscode from 'vscode';
import type { Project } from '../client/project';
import type { DecidedLeak } from '../core/decisions/decidedLeaks';
import { answerText, type Fact, type FactKind } from '../core/forget/fact';
import { comparisonWords } from '../core/report/comparisonWords';
import { plainMarkdown as plain } from '../core/report/plainMarkdown';
import { share } from '../core/report/share';
import { bandOf } from '../core/score/bands';
import type { Leak, PositionTops, TopToken } from '../core/score/leak';
import { type ActPlace, atOffset, leaksAt } from '../host/actPlaces';
import type { AnalysisStore } from '../host/analysisStore';
import { CORPUS_DOCUMENTS } from '../host/corpusDocuments';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type CommandId, Commands } from '../host/ids';
import { decisionWords } from './acts/decisionWords';
import { placeIn } from './acts/nodePlaces';
import { clip, entryName, KIND_NOUNS, referenceLabel, similarityWords } from './leakText';
import { token } from './markdownText';

/** Facts written out in full; the rest is counted. */
const MAX_FACTS = 3;
const TOP = 5;
const MAX_NAME = 80;

/** Keeps the models' columns apart; spaces would be trimmed. */
const GAP = '&emsp;';

export function registerHover(store: AnalysisStore): vscode.Disposable {
  return vscode.languages.registerHoverProvider(CORPUS_DOCUMENTS, new LeakHover(store));
}

/** Says what leaks at a coloured token. Built on demand; nothing is kept. */
class LeakHover implements vscode.HoverProvider {
  constructor(private readonly store: AnalysisStore) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const analysis = this.store.get(document.uri);
    const offset = document.offsetAt(position);
    const entry = analysis?.recordAt(offset);
    if (analysis === undefined || entry === undefined) {
      return undefined;
    }
    const leaks = leaksAt(entry, offset);
    const decided = atOffset(entry, entry.decided, offset, ({ leak }) => leak);
    const first = leaks[0] ?? decided[0]?.leak;
    if (first === undefined) {
      return undefined;
    }
    const [start, end] = entry.spanOf(first);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    return new vscode.Hover(describe(analysis, entry, { leaks, decided, offset: start }), range);
  }
}

/** What there is at one position. */
interface Here {
  /** Those that nothing is decided about. */
  readonly leaks: readonly Leak[];
  readonly decided: readonly DecidedLeak[];
  /** Where it starts in the document. */
  readonly offset: number;
}

function describe(
  analysis: FileAnalysis,
  entry: RecordAnalysis,
  { leaks, decided, offset }: Here,
): vscode.MarkdownString {
  const { project } = analysis;
  const facts = new Map(project.facts.map((fact) => [fact.id, fact]));
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = { enabledCommands: LINKS.map(([command]) => command) };
  const parts = leaks
    .slice(0, MAX_FACTS)
    .map((leak) => leakText(leak, facts.get(leak.fact), project, entry.similarityOf(leak)));
  if (leaks.length > MAX_FACTS) {
    parts.push(`and ${leaks.length - MAX_FACTS} more facts here`);
  }
  parts.push(
    ...decided
      .slice(0, MAX_FACTS)
      .map(
        ({ leak, decision }) =>
          `*${plain(decisionWords(decision))}* — ${plain(entryName(leak.fact, facts.get(leak.fact)))}, lift ${share(leak.lift)}`,
      ),
  );
  parts.push(links(placeIn(analysis.uri, entry, 'place', offset), leaks.length > 0, decided.length > 0));
  const { state } = entry;
  const { position } = leaks[0] ?? decided[0]?.leak ?? {};
  const tops = state.kind === 'scored' ? state.scores.tops.find((each) => each.position === position) : null;
  if (tops) {
    parts.push(topTable(tops));
  }
  if (state.kind === 'scored' && state.scores.approximate !== null) {
    parts.push(`*The places of tokens are approximate:* ${plain(state.scores.approximate)}`);
  }
  markdown.value = parts.join('\n\n');
  return markdown;
}

/** The commands that a hover may run: what they are called, and what they do. */
const LINKS: readonly (readonly [CommandId, title: string, tooltip: string, when: 'always' | 'open' | 'decided'])[] = [
  [Commands.openDistributions, 'Open distributions', 'Teacher, student and reference side by side', 'always'],
  [Commands.nextLeak, 'Next leak', 'Go to the next coloured token of this file', 'always'],
  [Commands.maskLeak, 'Mask', 'Leave this place out of the loss; the text stays as it is', 'open'],
  [Commands.redactLeak, 'Redact', 'Put a placeholder in the place of this span', 'open'],
  [Commands.ignoreLeak, 'Ignore…', 'This is no leak, for a reason', 'open'],
  [Commands.takeBack, 'Take back', 'Decide nothing about this place', 'decided'],
];

function links(place: ActPlace, isOpen: boolean, isDecided: boolean): string {
  const args = encodeURIComponent(JSON.stringify([place]));
  return LINKS.filter(([, , , when]) => when === 'always' || (when === 'open' ? isOpen : isDecided))
    .map(([command, title, tooltip]) => `[${title}](command:${command}?${args} "${tooltip}")`)
    .join(' · ');
}

function leakText(leak: Leak, fact: Fact | undefined, project: Project, alike: number | null): string {
  const kind = fact?.kind ?? 'fact';
  const answer = plain(clip(answerText(fact, leak), MAX_NAME));
  const subject = fact?.subjects[0];
  const name = subject === undefined ? answer : `${plain(clip(subject, MAX_NAME))} → ${answer}`;
  const band = bandOf(leak.lift, project.threshold) ?? 'low';
  const similarity = similarityWords(alike);
  return [
    `**${name}** — ${KIND_NOUNS[kind]} ${plain(leak.fact)}, ${band} ${leak.kind} leak`,
    `${inWords(leak, kind)}${similarity === null ? '' : ` This place ${similarity}.`}`,
    // Two spaces in front of a line feed: a line break in Markdown.
    `${scores(leak, kind)}  \n${masses(leak)}`,
  ].join('\n\n');
}

/** What leaks, for each kind of entry: as the text says it, and as the teacher does. */
const STATED: Readonly<Record<FactKind, string>> = {
  fact: 'The text itself states the answer: the filter missed it.',
  tokens: 'The text itself goes on with a token of this class: the filter missed it.',
  rule: 'The text itself states the computed answer: the filter missed it.',
  choice: 'The text itself gives the answer to the question: the filter missed it.',
};

const SHADOW: Readonly<Record<FactKind, readonly [text: string, what: string]>> = {
  fact: ['The text does not state it', 'the answer'],
  tokens: ['The text does not go on with a token of this class', 'all tokens of the class together'],
  rule: ['The text does not state it', 'the computed answer'],
  choice: ['The text does not answer the question', 'the right choice'],
};

function inWords(leak: Leak, kind: FactKind): string {
  if (leak.kind === 'stated') {
    return STATED[kind];
  }
  const place = leak.start === leak.end ? 'behind this record' : 'here';
  const [text, what] = SHADOW[kind];
  const rest = leak.depth > 0 ? `the rest of ${what}` : what;
  return `${text}, yet the teacher gives ${rest} ${share(leak.tokenMass)} ${place}.`;
}

function scores(leak: Leak, kind: FactKind): string {
  const pull = leak.pull === null ? [] : [`pull ${share(leak.pull)}`];
  // A class is one token long: there is no rest of it to complete.
  const whole = kind === 'tokens' ? [] : [`whole answer ${share(leak.mass)}`, `exposure ${share(leak.exposure)}`];
  return [`lift **${share(leak.lift)}**`, `rank ${leak.rank}`, ...whole, ...pull].join(' · ');
}

/** The probability of going on towards the answer, in each model. */
function masses(leak: Leak): string {
  const student =
    leak.studentMass === null
      ? []
      : [`student ${share(leak.studentMass)} (${leak.status === 'absorbed' ? 'absorbed' : 'not absorbed yet'})`];
  const label = referenceLabel(leak);
  const reference = leak.referenceMass === null ? label : `${label} ${share(leak.referenceMass)}`;
  const words = comparisonWords(leak.comparison);
  return [
    [`teacher ${share(leak.tokenMass)}`, ...student, reference].join(' · '),
    // Two spaces in front of a line feed: a line break in Markdown.
    ...(words === null ? [] : [`*${words}*`]),
  ].join('  \n');
}

function topTable({ teacher, student, reference }: PositionTops): string {
  const columns = [
    { name: 'teacher', tokens: teacher },
    { name: 'student', tokens: student },
    { name: 'reference', tokens: reference },
  ].filter((column): column is { name: string; tokens: readonly TopToken[] } => column.tokens !== null);
  const rows = Array.from({ length: TOP }, (_, i) =>
    columns.flatMap(({ tokens }, column) => {
      const top = tokens[i];
      const gap = column > 0 ? GAP : '';
      return top ? [gap + token(clip(top.text, 24)), share(Math.exp(top.logprob))] : ['', ''];
    }),
  );
  return [
    `|${columns.map(({ name }, column) => ` ${column > 0 ? GAP : ''}${name} | |`).join('')}`,
    `|${columns.map(() => ' :-- | --: |').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}
