import * as vscode from 'vscode';
import type { Project } from '../client/project';
import type { DecidedLeak } from '../core/decisions/decidedLeaks';
import { answerText, type Fact, type FactKind } from '../core/forget/fact';
import { plural, t } from '../core/l10n';
import { comparisonWords } from '../core/report/comparisonWords';
import { BANDED_LEAKS } from '../core/report/leakWords';
import { plainMarkdown as plain } from '../core/report/plainMarkdown';
import { share } from '../core/report/share';
import { approximationWords } from '../core/score/approximation';
import { bandOf } from '../core/score/bands';
import type { Leak, PositionTops, TopToken } from '../core/score/leak';
import { type ActPlace, atOffset, leaksAt } from '../host/actPlaces';
import type { AnalysisStore } from '../host/analysisStore';
import { CORPUS_DOCUMENTS } from '../host/corpusDocuments';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { type CommandId, Commands } from '../host/ids';
import { placeIn } from './acts/actScope';
import { decisionWords } from './acts/decisionWords';
import { clip, entryName, referenceLabel, similarityWords } from './leakText';
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
    parts.push(plural(leaks.length - MAX_FACTS, 'and {0} more fact here', 'and {0} more facts here'));
  }
  parts.push(
    ...decided
      .slice(0, MAX_FACTS)
      .map(
        ({ leak, decision }) =>
          `*${plain(decisionWords(decision))}* — ${plain(entryName(leak.fact, facts.get(leak.fact)))}, ${t('lift {0}', share(leak.lift))}`,
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
    parts.push(t('*The places of tokens are approximate:* {0}', approximationWords(state.scores.approximate)));
  }
  markdown.value = parts.join('\n\n');
  return markdown;
}

/** The commands that a hover may run: what they are called, and what they do. */
const LINKS: readonly (readonly [CommandId, title: string, tooltip: string, when: 'always' | 'open' | 'decided'])[] = [
  [Commands.openDistributions, t('Open distributions'), t('Teacher, student and reference side by side'), 'always'],
  [Commands.nextLeak, t('Next leak'), t('Go to the next coloured token of this file'), 'always'],
  [Commands.maskLeak, t('Mask'), t('Leave this place out of the loss; the text stays as it is'), 'open'],
  [Commands.redactLeak, t('Redact'), t('Put a placeholder in the place of this span'), 'open'],
  [Commands.ignoreLeak, t('Ignore…'), t('This is no leak, for a reason'), 'open'],
  [Commands.takeBack, t('Take back'), t('Decide nothing about this place'), 'decided'],
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
    `**${name}** — ${plain(entryName(leak.fact, fact))}, ${BANDED_LEAKS[band][leak.kind]}`,
    [inWords(leak, kind), ...(similarity === null ? [] : [similarity])].join(' '),
    // Two spaces in front of a line feed: a line break in Markdown.
    `${scores(leak, kind)}  \n${masses(leak)}`,
  ].join('\n\n');
}

/** What leaks, for each kind of entry: as the text says it, and as the teacher does. */
const STATED: Readonly<Record<FactKind, string>> = {
  fact: t('The text itself states the answer: the filter missed it.'),
  tokens: t('The text itself goes on with a token of this class: the filter missed it.'),
  rule: t('The text itself states the computed answer: the filter missed it.'),
  choice: t('The text itself gives the answer to the question: the filter missed it.'),
};

type Said = (percent: string, where: string) => string;

/** The same of the whole answer, and of what is left to say of it. */
const UNSAID: Readonly<Record<FactKind, { readonly whole: Said; readonly rest: Said }>> = {
  fact: {
    whole: (percent, where) =>
      t('The text does not state it, yet the teacher gives the answer {0} {1}.', percent, where),
    rest: (percent, where) =>
      t('The text does not state it, yet the teacher gives the rest of the answer {0} {1}.', percent, where),
  },
  tokens: {
    whole: (percent, where) =>
      t(
        'The text does not go on with a token of this class, yet the teacher gives all tokens of the class together {0} {1}.',
        percent,
        where,
      ),
    rest: (percent, where) =>
      t(
        'The text does not go on with a token of this class, yet the teacher gives the rest of all tokens of the class together {0} {1}.',
        percent,
        where,
      ),
  },
  rule: {
    whole: (percent, where) =>
      t('The text does not state it, yet the teacher gives the computed answer {0} {1}.', percent, where),
    rest: (percent, where) =>
      t('The text does not state it, yet the teacher gives the rest of the computed answer {0} {1}.', percent, where),
  },
  choice: {
    whole: (percent, where) =>
      t('The text does not answer the question, yet the teacher gives the right choice {0} {1}.', percent, where),
    rest: (percent, where) =>
      t(
        'The text does not answer the question, yet the teacher gives the rest of the right choice {0} {1}.',
        percent,
        where,
      ),
  },
};

function inWords(leak: Leak, kind: FactKind): string {
  if (leak.kind === 'stated') {
    return STATED[kind];
  }
  const unsaid = UNSAID[kind][leak.depth > 0 ? 'rest' : 'whole'];
  return unsaid(share(leak.tokenMass), leak.start === leak.end ? t('behind this record') : t('here'));
}

function scores(leak: Leak, kind: FactKind): string {
  const pull = leak.pull === null ? [] : [t('pull {0}', share(leak.pull))];
  // A class is one token long: there is no rest of it to complete.
  const whole =
    kind === 'tokens' ? [] : [t('whole answer {0}', share(leak.mass)), t('exposure {0}', share(leak.exposure))];
  return [t('lift **{0}**', share(leak.lift)), t('rank {0}', leak.rank), ...whole, ...pull].join(' · ');
}

/** The probability of going on towards the answer, in each model. */
function masses(leak: Leak): string {
  const student =
    leak.studentMass === null
      ? []
      : [
          leak.status === 'absorbed'
            ? t('student {0} (absorbed)', share(leak.studentMass))
            : t('student {0} (not absorbed yet)', share(leak.studentMass)),
        ];
  const label = referenceLabel(leak);
  const reference = leak.referenceMass === null ? label : `${label} ${share(leak.referenceMass)}`;
  const words = comparisonWords(leak.comparison);
  return [
    [t('teacher {0}', share(leak.tokenMass)), ...student, reference].join(' · '),
    // Two spaces in front of a line feed: a line break in Markdown.
    ...(words === null ? [] : [`*${words}*`]),
  ].join('  \n');
}

function topTable({ teacher, student, reference }: PositionTops): string {
  const columns = [
    { name: t('teacher'), tokens: teacher },
    { name: t('student'), tokens: student },
    { name: t('reference'), tokens: reference },
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
