import type { DecidedLeak } from '../core/decisions/decidedLeaks';
import type { Counted } from '../core/report/closingWords';
import type { ReportFormat } from '../core/report/formats/reportFormat';
import type { ReportContext } from '../core/report/formats/textReport';
import type { Summary } from '../core/report/summary';
import type { Leak } from '../core/score/leak';
import type { ScannedRecord } from './corpusScan';

export interface ReportWriter {
  add(scanned: ScannedRecord, leaks: readonly Leak[], ignored: readonly DecidedLeak[]): Promise<void>;
  finish(summary: Summary, counted: Counted): Promise<void>;
}

/** Writes a report piece by piece, as fast as `write` takes the pieces. */
export function writeReport(
  format: ReportFormat,
  context: ReportContext,
  write: (text: string) => Promise<void>,
): ReportWriter {
  const report = format.open(context);
  let unwritten = report.start;
  const add = async (text: string) => {
    const whole = unwritten + text;
    unwritten = '';
    if (whole !== '') {
      await write(whole);
    }
  };
  return {
    add: (scanned, leaks, ignored) => add(report.add(scanned, leaks, ignored)),
    finish: async (summary, counted) => {
      for (const piece of report.finish(summary, counted)) {
        await add(piece);
      }
      await add('');
    },
  };
}
