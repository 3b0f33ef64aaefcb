import stringWidth from 'string-width';
import { answerText, type Fact } from '../core/forget/fact';
import { placeInFile } from '../core/records/place';
import type { CorpusRecord } from '../core/records/record';
import { type Counted, closingWords } from '../core/report/closingWords';
import type { Summary } from '../core/report/summary';
import { largestUnattributed } from '../core/report/unattributed';
import { visibleText } from '../core/report/visibleText';
import { bandOf } from '../core/score/bands';
import type { Leak, PositionBits } from '../core/score/leak';
import { sliceWhole } from '../core/text/sliceWhole';
import { count } from './count';
import { headThatFits, type Style, tailThatFits } from './terminal';
import { type Cell, type Column, textTable } from './textTable';

/** Leaks shown of each file, those with the greatest lift. */
const WORST_PER_FILE = 20;
/** Facts shown in the closing table. */
const WORST_FACTS = 40;
/** Records shown of those with divergence that no fact explains. */
const WORST_UNATTRIBUTED = 5;
/** Text looked at on either side of a token (UTF-16 units); no terminal shows more. */
const CONTEXT = 400;
const NARROWEST_CONTEXT = 16;
const WIDEST_ID = 24;
const WIDEST_ANSWER = 24;

export interface LeakTableOptions {
  readonly style: Style;
  /** Terminal columns. */
  readonly width: number;
  readonly threshold: number;
  /** Facts by id where their text may be shown, else null. */
  readonly shown: ReadonlyMap<string, Fact> | null;
}

/** A token of the corpus in its place and context. */
interface Snippet {
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly token: string;
  readonly after: string;
}

interface Row extends Snippet {
  readonly leak: Leak;
}

interface UnattributedRow extends Snippet {
  readonly file: string;
  readonly bits: number;
}

/** The report for people: the worst leaks of each file in their context, the facts, and what it all means. */
export class LeakTable {
  readonly #files = new Map<string, { leaks: number; worst: Row[] }>();
  readonly #unattributed: UnattributedRow[] = [];

  constructor(private readonly options: LeakTableOptions) {}

  /** Adds what was found in a record. Keeps only what will be shown. */
  add(file: string, record: CorpusRecord, leaks: readonly Leak[], bits: readonly PositionBits[]): void {
    const [largest] = largestUnattributed(bits);
    if (largest !== undefined) {
      const rows = this.#unattributed;
      rows.push({ ...snippetOf(record, largest), file, bits: largest.unattributed });
      rows.sort((a, b) => b.bits - a.bits);
      rows.length = Math.min(rows.length, WORST_UNATTRIBUTED);
    }
    if (leaks.length === 0) {
      return;
    }
    const entry = this.#files.get(file) ?? { leaks: 0, worst: [] };
    entry.leaks += leaks.length;
    entry.worst.push(...leaks.map((leak) => ({ leak, ...snippetOf(record, leak) })));
    entry.worst.sort((a, b) => b.leak.lift - a.leak.lift);
    entry.worst.length = Math.min(entry.worst.length, WORST_PER_FILE);
    this.#files.set(file, entry);
  }

  /** The whole report. */
  render(summary: Summary, counted: Counted): string {
    const blocks = [...this.#files].map(([file, { leaks, worst }]) => this.#fileBlock(file, leaks, worst));
    if (summary.leaks > 0) {
      blocks.push(this.#factBlock(summary));
    }
    if (this.#unattributed.length > 0) {
      blocks.push(this.#unattributedBlock(summary));
    }
    blocks.push(closingWords(summary, counted).join('\n'));
    return `${blocks.join('\n\n')}\n`;
  }

  #fileBlock(file: string, leaks: number, worst: readonly Row[]): string {
    const { style, shown } = this.options;
    const columns: Column[] = [
      { title: 'line:col', align: 'right' },
      { title: 'lift', align: 'right' },
      { title: 'mass', align: 'right' },
      { title: 'rank', align: 'right' },
      { title: 'student', align: 'left' },
      { title: 'kind', align: 'left' },
      { title: 'fact', align: 'left' },
      ...(shown === null ? [] : [{ title: 'answer', align: 'left' } as const]),
    ];
    const lines = this.#withText(
      columns,
      worst.map((row) => ({ cells: this.#cells(row), snippet: row })),
    );
    const more = leaks - worst.length;
    return [
      style.bold(visibleText(file)),
      ...lines.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${count(more, 'leak')} more with less lift (--format jsonl gives all)`] : []),
    ].join('\n');
  }

  #cells({ leak, line, column }: Row): Cell[] {
    const { style, shown, threshold } = this.options;
    const band = bandOf(leak.lift, threshold);
    const colour = band === 'high' ? style.red : band === 'medium' ? style.yellow : style.cyan;
    const answer = answerText(shown?.get(leak.fact), leak);
    return [
      { text: `${line}:${column}` },
      { text: probability(leak.lift), style: colour },
      { text: probability(leak.mass) },
      { text: String(leak.rank) },
      { text: studentWord(leak) },
      leak.kind === 'stated' ? { text: 'stated', style: style.bold } : { text: 'shadow' },
      { text: headThatFits(visibleText(leak.fact), WIDEST_ID) },
      ...(shown === null ? [] : [{ text: headThatFits(visibleText(answer), WIDEST_ANSWER) }]),
    ];
  }

  /** Lines of a table whose last column is the text, as much of it as the width leaves room for. */
  #withText(
    columns: readonly Column[],
    rows: readonly { readonly cells: readonly Cell[]; readonly snippet: Snippet }[],
  ): string[] {
    const { style, width } = this.options;
    const bare = textTable(
      columns,
      rows.map(({ cells }) => cells),
      (text) => text,
    );
    const used = 2 + Math.max(...bare.map((line) => stringWidth(line)));
    const room = Math.max(NARROWEST_CONTEXT, width - used - 2);
    return textTable(
      [...columns, { title: 'text', align: 'left' }],
      rows.map(({ cells, snippet }) => [...cells, { text: this.#context(snippet, room) }]),
      style.dim,
    );
  }

  /** The token in brackets in the middle of as much text as fits. */
  #context({ before, token, after }: Snippet, room: number): string {
    const { style } = this.options;
    const marked = token === '' ? '[end]' : `[${headThatFits(token, Math.floor(room / 2))}]`;
    const rest = Math.max(0, room - stringWidth(marked));
    // The text before is what the prediction comes from: what follows gets two fifths, and less where there is less.
    const right = headThatFits(after, Math.max(1, Math.floor(rest * 0.4)));
    const left = tailThatFits(before, Math.max(1, rest - stringWidth(right)));
    return `${left}${style.bold(marked)}${style.dim(right)}`;
  }

  #factBlock(summary: Summary): string {
    const { style, shown } = this.options;
    const leaking = summary.facts.filter((each) => each.positions > 0);
    const compared = leaking.some((each) => each.similarity !== null);
    const columns: Column[] = [
      { title: 'fact', align: 'left' },
      { title: 'exposure', align: 'right' },
      { title: 'max lift', align: 'right' },
      { title: 'positions', align: 'right' },
      { title: 'records', align: 'right' },
      { title: 'stated', align: 'right' },
      ...(compared ? [{ title: 'similarity', align: 'right' } as const] : []),
      ...(shown === null ? [] : [{ title: 'answers', align: 'left' } as const]),
    ];
    const rows = leaking
      .slice(0, WORST_FACTS)
      .map((each) => [
        { text: headThatFits(visibleText(each.fact), WIDEST_ID) },
        { text: probability(each.exposure) },
        { text: probability(each.maxLift) },
        { text: String(each.positions) },
        { text: String(each.records) },
        { text: String(each.stated) },
        ...(compared ? [{ text: each.similarity === null ? '-' : each.similarity.toFixed(2) }] : []),
        ...(shown === null
          ? []
          : [{ text: headThatFits(visibleText((each.answers ?? []).join(', ')), 2 * WIDEST_ANSWER) }]),
      ]);
    const more = leaking.length - rows.length;
    return [
      style.bold('Facts that leak'),
      ...textTable(columns, rows, style.dim).map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${count(more, 'fact')} more with less exposure (--format jsonl gives all)`] : []),
    ].join('\n');
  }

  #unattributedBlock(summary: Summary): string {
    const columns: Column[] = [
      { title: 'place', align: 'left' },
      { title: 'bits', align: 'right' },
    ];
    const rows = this.#unattributed.map((row) => ({
      cells: [{ text: visibleText(`${row.file}:${row.line}:${row.column}`) }, { text: row.bits.toFixed(2) }],
      snippet: row,
    }));
    const positions = summary.unattributed?.positions ?? 0;
    return [
      this.options.style.bold('The teacher knows something here that your forget set does not name'),
      ...this.#withText(columns, rows).map((line) => `  ${line}`),
      `  ${count(positions, 'position')} in all (--format jsonl gives the largest of every record)`,
    ].join('\n');
  }
}

function snippetOf(
  record: CorpusRecord,
  { start: from, end }: { readonly start: number; readonly end: number },
): Snippet {
  const { text } = record;
  const token = text.slice(from, end);
  // A token's leading space goes before the bracket, where it reads better.
  const start = end - token.trimStart().length;
  const shownStart = start === end ? from : start;
  return {
    ...placeInFile(record, shownStart),
    before: visibleText(sliceWhole(text, shownStart - CONTEXT, shownStart)),
    token: visibleText(text.slice(shownStart, end)),
    after: visibleText(sliceWhole(text, end, end + CONTEXT)),
  };
}

/** "open .12": whether the student has it, and its own probability. */
function studentWord({ status, studentMass }: Leak): string {
  return status === null || studentMass === null ? '-' : `${status} ${probability(studentMass)}`;
}

function probability(value: number): string {
  return value.toFixed(3);
}
