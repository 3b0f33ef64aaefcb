import type { Knows } from '../core/probe/knows';
import type { ProbedModelSummary, ProbeSummary } from '../core/probe/probeLine';
import { isAnswer, type ProbeCell, type ProbeTable, worstFirst } from '../core/probe/probeTable';
import { probeWords } from '../core/probe/probeWords';
import { visibleText } from '../core/report/visibleText';
import { count } from './count';
import { headThatFits, type Style, tailThatFits } from './terminal';
import { type Cell, type Column, textTable } from './textTable';

/** Facts shown. */
const WORST_FACTS = 40;
const WIDEST_ID = 24;
const WIDEST_ANSWERS = 48;
const WIDEST_MODEL = 16;
/** Cells that a model's column takes, the gap to the next included. */
const MODEL_CELLS = 13;

export interface ProbeTableOptions {
  readonly style: Style;
  /** Terminal columns. */
  readonly width: number;
  readonly showAnswers: boolean;
}

/** The report for people: P(answer) of facts by model, and what each model still knows. */
export function renderProbeTable(table: ProbeTable, summary: ProbeSummary, options: ProbeTableOptions): string {
  const { style, width, showAnswers } = options;
  const rows = worstFirst(table.rows, table.models);
  const shown = rows.slice(0, WORST_FACTS);
  const ids = shown.map(({ fact }) => headThatFits(visibleText(fact.id), WIDEST_ID));
  const answers = shown.map(({ question }) => headThatFits(visibleText(question.right.join(', ')), WIDEST_ANSWERS));
  const perBlock = Math.max(1, Math.floor((width - WIDEST_ID) / MODEL_CELLS));
  const blocks: string[][] = [];
  for (let from = 0; from < table.models.length; from += perBlock) {
    const models = summary.models.slice(from, from + perBlock);
    const columns: Column[] = [
      { title: 'fact', align: 'left' },
      ...models.map(
        ({ model }) => ({ title: tailThatFits(visibleText(model), WIDEST_MODEL), align: 'right' }) as const,
      ),
      ...(showAnswers ? [{ title: 'answers', align: 'left' } as const] : []),
    ];
    const body = shown.map(({ cells }, at): Cell[] => [
      { text: ids[at] ?? '' },
      ...models.map((_, model) => cellOf(cells[from + model] ?? null, style)),
      ...(showAnswers ? [{ text: answers[at] ?? '' }] : []),
    ]);
    const foot = (title: string, figure: (model: ProbedModelSummary) => string): Cell[] => [
      { text: title, style: style.bold },
      ...models.map((model) => ({ text: `${figure(model)}  ` })),
    ];
    const figure = (value: number | null) => (value === null ? '-' : value.toFixed(3));
    const totals = [
      foot('mean', ({ meanMass }) => figure(meanMass)),
      foot('mean truth ratio', ({ meanTruthRatio }) => figure(meanTruthRatio)),
      foot('still knows', ({ says, likely, answered }) => `${says + likely} of ${answered}`),
    ];
    blocks.push(textTable(columns, [...body, ...totals], style.dim).map((line) => `  ${line}`));
  }
  const more = rows.length - shown.length;
  const parts = [
    [
      style.bold('P(answer) at the prompt that draws it out best'),
      ...blocks.map((lines) => lines.join('\n')),
      ...(more > 0 ? [`  and ${count(more, 'fact')} more that are known less (--format jsonl gives all)`] : []),
      style.dim(`  ${MARKS.says} says the answer   ${MARKS.likely} P(answer) of ${summary.knownFrom} or more`),
    ].join('\n'),
    [style.bold('Which one still knows what'), ...probeWords(summary).map((sentence) => `  ${sentence}`)].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

const MARKS: Readonly<Record<Knows, string>> = { says: '●', likely: '○', no: ' ' };

function cellOf(cell: ProbeCell, { red, yellow }: Style): Cell {
  if (!isAnswer(cell)) {
    return { text: `${cell === null ? '' : 'failed'}  ` };
  }
  const styles = { says: { style: red }, likely: { style: yellow }, no: {} };
  return { text: `${cell.strongest.mass.toFixed(3)} ${MARKS[cell.knows]}`, ...styles[cell.knows] };
}
