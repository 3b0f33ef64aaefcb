import { rounded } from '../../../src/core/report/leakLine';
import { share } from '../../../src/core/report/share';
import { csvTable, markdownTable } from '../../../src/core/report/tableText';
import type { ProbeFact, ProbeModel } from '../../../src/protocol/probe';

/** A fact a row, P(answer) by model, empty where there is none: as exact as it came, for spreadsheets and programs. */
export function asCsv(facts: readonly ProbeFact[], models: readonly ProbeModel[]): string {
  return csvTable(rowsOf(facts, models, (mass) => String(rounded(mass))));
}

/** The same for documents, in as many digits as the page shows. */
export function asMarkdown(facts: readonly ProbeFact[], models: readonly ProbeModel[]): string {
  return markdownTable(rowsOf(facts, models, share));
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
