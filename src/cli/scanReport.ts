import type { ScannedRecord } from '../client/corpusScan';
import type { Output } from '../client/fileOutput';
import type { Fact } from '../core/forget/fact';
import type { Counted } from '../core/report/closingWords';
import { type LeakLine, leakLine } from '../core/report/leakLine';
import type { Summary } from '../core/report/summary';
import { largestUnattributed, type UnattributedLine, unattributedLine } from '../core/report/unattributed';
import { visibleJson } from '../core/report/visibleText';
import type { Leak } from '../core/score/leak';
import { writeJsonList } from './jsonList';
import { LeakTable, type LeakTableOptions } from './leakTable';

export const FORMATS = ['table', 'jsonl', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Turns what a scan finds into text, record by record in the order of the corpus. */
export interface ScanReport {
  add(scanned: ScannedRecord, leaks: readonly Leak[]): Promise<void>;
  finish(summary: Summary, counted: Counted): Promise<void>;
}

export function scanReport(format: Format, output: Output, temperature: number, table: LeakTableOptions): ScanReport {
  const leakLines = ({ file, record, scores }: ScannedRecord, leaks: readonly Leak[]): LeakLine[] =>
    leaks.map((leak) => {
      const shown: Fact | null = table.shown?.get(leak.fact) ?? null;
      return leakLine(leak, { file, record, similarities: scores.similarities, temperature, shown });
    });
  const unattributedLines = ({ file, record, scores }: ScannedRecord): UnattributedLine[] =>
    largestUnattributed(scores.bits).map((place) => unattributedLine(place, file, record));
  switch (format) {
    case 'jsonl':
      return {
        add: async (scanned, leaks) => {
          const lines = [...leakLines(scanned, leaks), ...unattributedLines(scanned)];
          if (lines.length > 0) {
            await output.write(`${lines.map((line) => visibleJson(line)).join('\n')}\n`);
          }
        },
        finish: (summary) => output.write(`${visibleJson(summary)}\n`),
      };
    case 'json': {
      const allLeaks: LeakLine[] = [];
      const allUnattributed: UnattributedLine[] = [];
      return {
        add: async (scanned, leaks) => {
          allLeaks.push(...leakLines(scanned, leaks));
          allUnattributed.push(...unattributedLines(scanned));
        },
        finish: async (summary) => {
          await output.write(`{"schema":"seep.report/1","summary":${visibleJson(summary)}`);
          await writeJsonList(output, 'leaks', allLeaks);
          if (summary.unattributed !== null) {
            await writeJsonList(output, 'unattributed', allUnattributed);
          }
          await output.write('}\n');
        },
      };
    }
    case 'table': {
      const leakTable = new LeakTable(table);
      return {
        add: async ({ file, record, scores }, leaks) => leakTable.add(file, record, leaks, scores.bits),
        finish: (summary, counted) => output.write(leakTable.render(summary, counted)),
      };
    }
  }
}
