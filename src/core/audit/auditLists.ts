import type { CorpusRecord } from '../records/record';
import type { AuditedRecord, RecordPlace } from './auditLine';
import type { Change } from './auditTally';
import { type Finding, type FindingKind, gravest, leaks } from './finding';

/** Lists that people look through, each record in every one that it belongs to. */
export const LIST_NAMES = ['left', 'removed', 'collateral', 'changed', 'added'] as const;
export type ListName = (typeof LIST_NAMES)[number];

/** A record in a list. */
export interface AuditRow {
  /** Unique in an audit. */
  readonly number: number;
  readonly change: Change;
  readonly id: string;
  readonly raw: RecordPlace | null;
  readonly filtered: RecordPlace | null;
  /** How it gives facts away: the filtered text, or the raw one of what was removed. */
  readonly kind: FindingKind | null;
  /** Of a changed record: whether its raw text leaked. */
  readonly leakedBefore: boolean;
  /** Ids, at most {@link MOST_FACTS}; of the text before and of that after. */
  readonly facts: readonly string[];
  /** The highest lift in the text that `kind` is about; 0 without a leak. */
  readonly lift: number;
  /** How that text begins. */
  readonly text: string;
}

/** Rows that are kept of a list, so that memory does not grow with the corpus. */
export const LIST_LIMIT = 2000;
const MOST_FACTS = 20;
/** UTF-16 units of a text. */
const TEXT = 200;

interface List {
  rows: AuditRow[];
  all: number;
}

/** Sorts the records of an audit into lists. Of what is left it keeps the worst, of the others the first. */
export class AuditLists {
  readonly #lists: Readonly<Record<ListName, List>> = {
    left: { rows: [], all: 0 },
    removed: { rows: [], all: 0 },
    collateral: { rows: [], all: 0 },
    changed: { rows: [], all: 0 },
    added: { rows: [], all: 0 },
  };
  #number = 0;

  constructor(private readonly limit = LIST_LIMIT) {}

  add(audited: AuditedRecord & { readonly record: Pick<CorpusRecord, 'text'> }): void {
    const names = listsOf(audited);
    if (names.length === 0) {
      return;
    }
    const row = rowOf(audited, this.#number++);
    for (const name of names) {
      const list = this.#lists[name];
      list.all++;
      if (name === 'left') {
        list.rows.push(row);
        if (list.rows.length >= 2 * this.limit) {
          list.rows = this.#worst(list.rows);
        }
      } else if (list.rows.length < this.limit) {
        list.rows.push(row);
      }
    }
  }

  /** How many records belong to each list. */
  get counts(): Readonly<Record<ListName, number>> {
    const { left, removed, collateral, changed, added } = this.#lists;
    return {
      left: left.all,
      removed: removed.all,
      collateral: collateral.all,
      changed: changed.all,
      added: added.all,
    };
  }

  /** The rows that were kept: of what is left the worst first, of the others in the order of the corpus. */
  rows(name: ListName): readonly AuditRow[] {
    const { rows } = this.#lists[name];
    return name === 'left' ? this.#worst(rows) : rows;
  }

  /** A row of any list. */
  row(number: number): AuditRow | undefined {
    for (const { rows } of Object.values(this.#lists)) {
      const found = rows.find((row) => row.number === number);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #worst(rows: readonly AuditRow[]): AuditRow[] {
    return [...rows].sort((a, b) => b.lift - a.lift || a.number - b.number).slice(0, this.limit);
  }
}

function listsOf({ change, before, after }: AuditedRecord): ListName[] {
  const names: ListName[] = after !== null && leaks(after) ? ['left'] : [];
  switch (change) {
    case 'removed':
      return before === null ? names : [gravest(before) === null ? 'collateral' : 'removed'];
    case 'changed':
    case 'added':
      return [...names, change];
    case 'kept':
      return names;
  }
}

function rowOf(
  { change, id, raw, filtered, before, after, record }: AuditedRecord & { record: Pick<CorpusRecord, 'text'> },
  number: number,
): AuditRow {
  const findings: readonly Finding[] = after ?? before ?? [];
  const facts = new Set([...findings, ...(before ?? [])].map(({ fact }) => fact));
  return {
    number,
    change,
    id,
    raw,
    filtered,
    kind: gravest(findings),
    leakedBefore: before !== null && leaks(before),
    facts: [...facts].slice(0, MOST_FACTS),
    lift: Math.max(0, ...findings.map(({ maxLift }) => maxLift)),
    text: record.text.slice(0, TEXT),
  };
}
