import * as vscode from 'vscode';
import type { Fact } from '../core/forget/fact';
import { bandOf } from '../core/score/bands';
import type { Leak, PositionTops, TopToken } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { Commands } from '../host/ids';
import { clip, share, spanOf } from './leakText';
import { plain, token } from './markdownText';

/** Facts written out in full; the rest is counted. */
const MAX_FACTS = 3;
const TOP = 5;
const MAX_NAME = 80;

/** Says what leaks at a coloured token. Built on demand; nothing is kept. */
export class LeakHover implements vscode.HoverProvider {
  constructor(private readonly store: AnalysisStore) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const analysis = this.store.get(document.uri);
    const offset = document.offsetAt(position);
    const entry = analysis?.recordAt(offset);
    if (analysis === undefined || entry === undefined) {
      return undefined;
    }
    const leaks = leaksAt(entry, offset);
    const [first] = leaks;
    if (first === undefined) {
      return undefined;
    }
    const [start, end] = spanOf(entry, first);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    return new vscode.Hover(describe(analysis, entry, leaks, start), range);
  }
}

/** Leaks of the position that covers a place in the document, worst first. */
function leaksAt(entry: RecordAnalysis, offset: number): readonly Leak[] {
  const at = entry.leaks.find((leak) => {
    const [start, end] = spanOf(entry, leak);
    return offset === start || (offset > start && offset < end);
  });
  return at ? entry.leaks.filter((leak) => leak.position === at.position).sort((a, b) => b.lift - a.lift) : [];
}

function describe(
  analysis: FileAnalysis,
  entry: RecordAnalysis,
  leaks: readonly Leak[],
  offset: number,
): vscode.MarkdownString {
  const { project } = analysis;
  const facts = new Map(project.facts.map((fact) => [fact.id, fact]));
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = { enabledCommands: [Commands.openDistributions, Commands.nextLeak] };
  const parts = leaks.slice(0, MAX_FACTS).map((leak) => leakText(leak, facts.get(leak.fact), analysis));
  if (leaks.length > MAX_FACTS) {
    parts.push(`and ${leaks.length - MAX_FACTS} more facts here`);
  }
  const { state } = entry;
  const tops = state.kind === 'scored' ? state.scores.tops.find((each) => each.position === leaks[0]?.position) : null;
  if (tops) {
    parts.push(topTable(tops));
  }
  if (state.kind === 'scored' && state.scores.approximate !== null) {
    parts.push(`*Token places are approximate:* ${plain(state.scores.approximate)}`);
  }
  const args = encodeURIComponent(JSON.stringify([{ uri: analysis.uri, offset }]));
  parts.push(
    `[Open distributions](command:${Commands.openDistributions}?${args} "Teacher, student and reference side by side")` +
      `  ·  [Next leak](command:${Commands.nextLeak} "Go to the next coloured token of this file")`,
  );
  markdown.value = parts.join('\n\n');
  return markdown;
}

function leakText(leak: Leak, fact: Fact | undefined, { project }: FileAnalysis): string {
  const answer = fact?.answers[leak.answer] ?? '';
  const subject = fact?.subjects[0];
  const band = bandOf(leak.lift, project.threshold) ?? 'low';
  const name = `${subject === undefined ? '' : `${plain(clip(subject, MAX_NAME))} → `}${plain(clip(answer, MAX_NAME))}`;
  const lines = [`**${name}** — fact ${plain(leak.fact)}, ${band} ${leak.kind} leak`, inWords(leak), numbers(leak)];
  return lines.join('\n\n');
}

function inWords(leak: Leak): string {
  const place = leak.start === leak.end ? 'behind this record' : 'here';
  const rest = leak.depth > 0 ? 'the rest of the answer' : 'the answer';
  return leak.kind === 'stated'
    ? 'The text itself states the answer: the filter missed it.'
    : `The text does not state it, yet the teacher gives ${rest} ${percent(leak.tokenMass)} ${place}.`;
}

function numbers(leak: Leak): string {
  const reference = leak.referenceMass === null ? 'no reference' : `${share(leak.referenceMass)} in the reference`;
  const items = [
    `lift **${share(leak.lift)}** (${share(leak.tokenMass)} in the teacher, ${reference})`,
    `whole answer ${share(leak.mass)}, rank ${leak.rank}, exposure ${share(leak.exposure)}`,
  ];
  if (leak.studentMass !== null) {
    const status = leak.status === 'absorbed' ? 'has absorbed it' : 'has not absorbed it yet';
    const pull = leak.pull === null ? '' : `, pull ${share(leak.pull)}`;
    items.push(`the student ${status} (${share(leak.studentMass)}${pull})`);
  }
  return items.map((item) => `- ${item}`).join('\n');
}

function topTable({ teacher, student, reference }: PositionTops): string {
  const columns = [
    { name: 'teacher', tokens: teacher },
    { name: 'student', tokens: student },
    { name: 'reference', tokens: reference },
  ].filter((column): column is { name: string; tokens: readonly TopToken[] } => column.tokens !== null);
  const rows = Array.from({ length: TOP }, (_, i) =>
    columns.flatMap(({ tokens }) => {
      const top = tokens[i];
      return top ? [token(clip(top.text, 24)), share(Math.exp(top.logprob))] : ['', ''];
    }),
  );
  return [
    `|${columns.map(({ name }) => ` ${name} | |`).join('')}`,
    `|${columns.map(() => ' :-- | --: |').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

function percent(value: number): string {
  return value < 0.001 ? 'less than 0.1 %' : `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
}
