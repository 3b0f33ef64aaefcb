import type { CorpusRecord } from '../records/record';
import { Largest } from '../report/largest';
import type { Leak } from '../score/leak';
import { sliceWhole } from '../text/sliceWhole';
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
  readonly decided: AuditedRecord['decided'];
  /** Ids, at most {@link MOST_FACTS}; of the text before and of that after. */
  readonly facts: readonly string[];
  /** The highest lift in the text that `kind` is about; 0 without a leak. */
  readonly lift: number;
  /** Of that text: what is around its worst leak, or its beginning. */
  readonly excerpt: Excerpt;
}

/** A piece of a text with a token in it, which is empty where there is none to show. */
export interface Excerpt {
  readonly before: string;
  readonly token: string;
  readonly after: string;
  /** Whether the text goes on at either end. */
  readonly isCut: { readonly before: boolean; readonly after: boolean };
}

/** What a row is made of. */
export type Listed = AuditedRecord & {
  readonly record: Pick<CorpusRecord, 'text'>;
  readonly leaks: readonly Pick<Leak, 'start' | 'end' | 'lift'>[];
};

/** Rows that are kept of a list, so that memory does not grow with the corpus. */
export const LIST_LIMIT = 2000;
const MOST_FACTS = 20;
/** UTF-16 units around a token, and of the token. */
const BEFORE = 90;
const TOKEN = 40;
const AFTER = 110;

/** Sorts the records of an audit into lists. Of what is left it keeps the worst, of the others the first. */
export class AuditLists {
  readonly #lists: Readonly<Record<ListName, Largest<AuditRow>>>;
  #number = 0;

  constructor(limit = LIST_LIMIT) {
    const worst = () => new Largest<AuditRow>(limit, ({ lift }) => lift);
    const first = () => new Largest<AuditRow>(limit, ({ number }) => -number);
    this.#lists = { left: worst(), removed: first(), collateral: first(), changed: first(), added: first() };
  }

  add(audited: Listed): void {
    const names = listsOf(audited);
    if (names.length > 0) {
      const row = rowOf(audited, this.#number++);
      for (const name of names) {
        this.#lists[name].add(row);
      }
    }
  }

  /** How many records belong to a list. */
  count(name: ListName): number {
    return this.#lists[name].added;
  }

  /** The rows that were kept: of what is left the worst first, of the others in the order of the corpus. */
  rows(name: ListName): readonly AuditRow[] {
    return this.#lists[name].items;
  }

  /** A row of any list. */
  row(number: number): AuditRow | undefined {
    return LIST_NAMES.flatMap((name) => this.rows(name)).find((row) => row.number === number);
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

function rowOf(listed: Listed, number: number): AuditRow {
  const { change, id, raw, filtered, decided, before, after } = listed;
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
    decided,
    facts: [...facts].slice(0, MOST_FACTS),
    lift: Math.max(0, ...findings.map(({ maxLift }) => maxLift)),
    excerpt: excerptOf(listed),
  };
}

function excerptOf({ record: { text }, leaks: found }: Listed): Excerpt {
  const worst = found.reduce<Listed['leaks'][number] | null>(
    (max, leak) => (max === null || leak.lift > max.lift ? leak : max),
    null,
  );
  const [start, end] = worst === null ? [0, 0] : [worst.start, worst.end];
  return {
    before: sliceWhole(text, start - BEFORE, start),
    token: sliceWhole(text, start, Math.min(end, start + TOKEN)),
    after: sliceWhole(text, end, end + AFTER),
    isCut: { before: start > BEFORE, after: end + AFTER < text.length },
  };
}
