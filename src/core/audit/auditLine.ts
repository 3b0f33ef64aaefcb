import type { DecisionAction } from '../decisions/decision';
import { rounded } from '../report/leakLine';
import type { Change } from './auditTally';
import type { Finding } from './finding';

/** Where a record stands. */
export interface RecordPlace {
  /** Relative to the working directory, with forward slashes. */
  readonly file: string;
  /** 0-based among the file's records. */
  readonly index: number;
  /** 1-based. */
  readonly line: number;
}

/** What became of one record. */
export interface AuditedRecord {
  readonly change: Change;
  /** Of the side that was read last: the filtered one where it has the record. */
  readonly id: string;
  readonly raw: RecordPlace | null;
  readonly filtered: RecordPlace | null;
  /** What is decided about the text that was read last. Leaks that are ignored are in neither of those below. */
  readonly decided: readonly DecisionAction[];
  /** What the raw record has to do with facts; null: it is not there or could not be scored. */
  readonly before: readonly Finding[] | null;
  readonly after: readonly Finding[] | null;
}

/** One record as reports give it; the keys in this order. */
export interface AuditLine extends AuditedRecord {
  readonly schema: 'seep.auditRecord/1';
}

/** The line of a record; null for one that says nothing: kept, without a decision, and it has to do with no fact. */
export function auditLine({ change, id, raw, filtered, decided, before, after }: AuditedRecord): AuditLine | null {
  if (change === 'kept' && decided.length === 0 && (after ?? []).length === 0) {
    return null;
  }
  return {
    schema: 'seep.auditRecord/1',
    change,
    id,
    raw,
    filtered,
    decided,
    before: before?.map(shown) ?? null,
    after: after?.map(shown) ?? null,
  };
}

function shown({ fact, kind, leaks, maxLift, exposure }: Finding): Finding {
  return { fact, kind, leaks, maxLift: rounded(maxLift), exposure: rounded(exposure) };
}
