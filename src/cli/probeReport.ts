import type { Output } from '../client/fileOutput';
import { type ProbeLine, type ProbeSummary, probeLine } from '../core/probe/probeLine';
import { isAnswer, type ProbeTable } from '../core/probe/probeTable';
import { visibleJson } from '../core/report/visibleText';
import { JsonList } from './jsonList';
import { type ProbeTableOptions, renderProbeTable } from './probeTextTable';
import type { Format } from './reportFlags';

/** Writes what models answered: fact by fact in the forget set's order, each model's answer in the table's order. */
export async function writeProbeReport(
  format: Format,
  output: Output,
  table: ProbeTable,
  summary: ProbeSummary,
  options: ProbeTableOptions,
): Promise<void> {
  switch (format) {
    case 'jsonl':
      for (const line of linesOf(table, options.showAnswers)) {
        await output.write(`${visibleJson(line)}\n`);
      }
      await output.write(`${visibleJson(summary)}\n`);
      return;
    case 'json': {
      const answers = new JsonList('answers');
      try {
        await answers.add(linesOf(table, options.showAnswers));
        await output.write(`{"schema":"seep.probeReport/1","summary":${visibleJson(summary)}`);
        await answers.writeTo(output);
        await output.write('}\n');
      } finally {
        await answers.close();
      }
      return;
    }
    case 'table':
      await output.write(renderProbeTable(table, summary, options));
  }
}

function linesOf({ rows, models }: ProbeTable, showAnswers: boolean): ProbeLine[] {
  return rows.flatMap((row) =>
    row.cells.flatMap((cell, at) => {
      const model = models[at];
      return isAnswer(cell) && model !== undefined ? probeLine(row, model, cell, showAnswers) : [];
    }),
  );
}
