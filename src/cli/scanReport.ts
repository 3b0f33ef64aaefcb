import type { ScannedRecord } from '../client/corpusScan';
import type { Output } from '../client/fileOutput';
import { type ReportWriter, writeReport } from '../client/writeReport';
import type { Fact } from '../core/forget/fact';
import { REPORT_FORMATS, type ReportFormat } from '../core/report/formats/reportFormat';
import type { ReportContext } from '../core/report/formats/textReport';
import { type LeakLine, leakLine } from '../core/report/leakLine';
import { largestUnattributed, type UnattributedLine, unattributedLine } from '../core/report/unattributed';
import { visibleJson } from '../core/report/visibleText';
import type { Leak } from '../core/score/leak';
import { JsonList } from './jsonList';
import { LeakTable, type LeakTableOptions } from './leakTable';
import { FORMATS, type Format } from './reportFlags';

export const SCAN_FORMATS = [...FORMATS, ...REPORT_FORMATS.map(({ id }) => id)];
export type ScanFormat = Format | ReportFormat['id'];

/** Turns what a scan finds into text, record by record in the order of the corpus. */
export interface ScanReport extends ReportWriter {
  /** Called in any case, at last. */
  close(): Promise<void>;
}

const keepsNothing = { close: async () => {} };

export function scanReport(
  format: ScanFormat,
  output: Output,
  context: ReportContext,
  table: Pick<LeakTableOptions, 'style' | 'width'>,
): ScanReport {
  const { temperature, threshold, shown } = context;
  const given = REPORT_FORMATS.find(({ id }) => id === format);
  if (given !== undefined) {
    return { ...writeReport(given, context, (text) => output.write(text)), ...keepsNothing };
  }
  const leakLines = ({ file, record, scores }: ScannedRecord, leaks: readonly Leak[]): LeakLine[] =>
    leaks.map((leak) => {
      const fact: Fact | null = shown?.get(leak.fact) ?? null;
      return leakLine(leak, { file, record, similarities: scores.similarities, temperature, shown: fact });
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
        ...keepsNothing,
      };
    case 'json': {
      const allLeaks = new JsonList('leaks');
      const allUnattributed = new JsonList('unattributed');
      return {
        add: async (scanned, leaks) => {
          await allLeaks.add(leakLines(scanned, leaks));
          await allUnattributed.add(unattributedLines(scanned));
        },
        finish: async (summary) => {
          await output.write(`{"schema":"seep.report/1","summary":${visibleJson(summary)}`);
          await allLeaks.writeTo(output);
          if (summary.unattributed !== null) {
            await allUnattributed.writeTo(output);
          }
          await output.write('}\n');
        },
        close: async () => {
          await Promise.all([allLeaks.close(), allUnattributed.close()]);
        },
      };
    }
    default: {
      const leakTable = new LeakTable({ ...table, threshold, shown });
      return {
        add: async ({ file, record, scores }, leaks) => leakTable.add(file, record, leaks, scores.bits),
        finish: (summary, counted) => output.write(leakTable.render(summary, counted)),
        ...keepsNothing,
      };
    }
  }
}
