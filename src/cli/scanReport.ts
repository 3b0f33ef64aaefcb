import type { ScannedRecord } from '../client/corpusScan';
import type { Output } from '../client/fileOutput';
import type { Fact } from '../core/forget/fact';
import { type LeakLine, leakLine } from '../core/report/leakLine';
import type { Summary } from '../core/report/summary';
import type { Totals } from '../core/report/tally';
import { visibleJson } from '../core/report/visibleText';
import type { Leak } from '../core/score/leak';
import { LeakTable, type LeakTableOptions } from './leakTable';

export const FORMATS = ['table', 'jsonl', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Turns what a scan finds into text, record by record in the order of the corpus. */
export interface ScanReport {
  add(scanned: ScannedRecord, leaks: readonly Leak[]): Promise<void>;
  finish(summary: Summary, totals: Totals): Promise<void>;
}

export function scanReport(format: Format, output: Output, temperature: number, table: LeakTableOptions): ScanReport {
  const lines = ({ file, record, batch }: ScannedRecord, leaks: readonly Leak[]): LeakLine[] =>
    leaks.map((leak) => {
      const shown: Fact | null = table.shown?.get(leak.fact) ?? null;
      return leakLine(leak, { file, record, reference: batch.reference, temperature, shown });
    });
  switch (format) {
    case 'jsonl':
      return {
        add: async (scanned, leaks) => {
          if (leaks.length > 0) {
            await output.write(
              `${lines(scanned, leaks)
                .map((line) => visibleJson(line))
                .join('\n')}\n`,
            );
          }
        },
        finish: (summary) => output.write(`${visibleJson(summary)}\n`),
      };
    case 'json': {
      const all: LeakLine[] = [];
      return {
        add: async (scanned, leaks) => {
          all.push(...lines(scanned, leaks));
        },
        finish: async (summary) => {
          // Leak by leak, because one string of all of them could be longer than strings can be.
          await output.write(`{"schema":"seep.report/1","summary":${visibleJson(summary)},"leaks":[`);
          for (const [index, line] of all.entries()) {
            await output.write(`${index > 0 ? ',' : ''}\n${visibleJson(line)}`);
          }
          await output.write(all.length > 0 ? '\n]}\n' : ']}\n');
        },
      };
    }
    case 'table': {
      const leakTable = new LeakTable(table);
      return {
        add: async ({ file, record }, leaks) => leakTable.add(file, record, leaks),
        finish: (summary, totals) => output.write(leakTable.render(summary, totals)),
      };
    }
  }
}
