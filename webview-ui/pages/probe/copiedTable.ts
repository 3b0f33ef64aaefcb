import type { ProbeFact, ProbeModel } from '../../../src/protocol/probe';

/** A fact a line, as comma-separated values (RFC 4180): P(answer) by model, empty where there is none. */
export function asCsv(facts: readonly ProbeFact[], models: readonly ProbeModel[]): string {
  return rowsOf(facts, models, (mass) => String(Number(mass.toPrecision(6))))
    .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
    .join('');
}

/** The same as a Markdown table. */
export function asMarkdown(facts: readonly ProbeFact[], models: readonly ProbeModel[]): string {
  const [head = [], ...rows] = rowsOf(facts, models, (mass) => mass.toFixed(3));
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  const rule = `|${head.map((_, at) => (at < 2 ? ' --- ' : ' ---: ')).join('|')}|\n`;
  return [line(head), rule, ...rows.map(line)].join('');
}

function rowsOf(
  facts: readonly ProbeFact[],
  models: readonly ProbeModel[],
  figure: (mass: number) => string,
): string[][] {
  return [
    ['fact', 'about', ...models.map(({ name }) => name)],
    ...facts.map(({ fact, name, cells }) => [
      fact,
      name,
      ...models.map((_, at) => {
        const cell = cells[at];
        const prompt = typeof cell === 'object' ? cell?.prompts[cell.prompt] : undefined;
        return prompt === undefined ? '' : figure(prompt.mass);
      }),
    ]),
  ];
}

/** Spreadsheets take what starts with these for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function markdownCell(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#~&]/g, '\\$&').replace(/\s+/gu, ' ');
}
