import type { Audited } from '../client/audit/auditCorpora';
import type { Output } from '../client/fileOutput';
import { auditLine } from '../core/audit/auditLine';
import type { AuditSummary } from '../core/audit/auditSummary';
import type { AuditTally } from '../core/audit/auditTally';
import { visibleJson } from '../core/report/visibleText';
import { AuditTable, type AuditTableOptions } from './auditTable';
import { JsonList } from './jsonList';
import type { Format } from './reportFlags';

/** Turns what an audit finds into text. */
export interface AuditReport {
  add(audited: Audited): Promise<void>;
  finish(summary: AuditSummary, tally: AuditTally): Promise<void>;
  /** Called in any case, at last. */
  close(): Promise<void>;
}

export function auditReport(format: Format, output: Output, table: AuditTableOptions): AuditReport {
  switch (format) {
    case 'jsonl':
      return {
        add: async (audited) => {
          const line = auditLine(audited);
          if (line !== null) {
            await output.write(`${visibleJson(line)}\n`);
          }
        },
        finish: (summary) => output.write(`${visibleJson(summary)}\n`),
        close: async () => {},
      };
    case 'json': {
      const records = new JsonList('records');
      return {
        add: async (audited) => {
          const line = auditLine(audited);
          if (line !== null) {
            await records.add([line]);
          }
        },
        finish: async (summary) => {
          await output.write(`{"schema":"seep.auditReport/1","summary":${visibleJson(summary)}`);
          await records.writeTo(output);
          await output.write('}\n');
        },
        close: () => records.close(),
      };
    }
    case 'table': {
      const auditTable = new AuditTable(table);
      return {
        add: async (audited) => auditTable.add(audited),
        finish: (summary, tally) => output.write(auditTable.render(summary, tally)),
        close: async () => {},
      };
    }
  }
}
