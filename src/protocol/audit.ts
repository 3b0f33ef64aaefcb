import * as v from 'valibot';
import { type AuditRow, LIST_NAMES, type ListName } from '../core/audit/auditLists';
import type { FactAuditSummary } from '../core/audit/auditSummary';
import type { KindCounts } from '../core/audit/auditTally';
import type { PairCounts } from '../core/audit/pairRecords';
import type { Verdict } from '../core/report/verdict';

/** What an audit compares, by absolute paths. */
export const AuditScope = v.object({ configPath: v.string(), raw: v.string(), filtered: v.string() });
export type AuditScope = v.InferOutput<typeof AuditScope>;

/** Which part of which list a page shows. */
export const AuditView = v.object({
  list: v.picklist(LIST_NAMES),
  /** Only the records that have to do with this fact; null: all. */
  fact: v.nullable(v.string()),
  /** Number of the first row shown. */
  from: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type AuditView = v.InferOutput<typeof AuditView>;

const SavedState = v.object({ scope: AuditScope, view: v.nullable(AuditView) });

/** What a page was about that VS Code kept through a reload, by the state that it saved; null: nothing yet. */
export function savedAudit(state: unknown): v.InferOutput<typeof SavedState> | null {
  const saved = v.safeParse(SavedState, state);
  return saved.success ? saved.output : null;
}

/** Rows of a list that are shown at once. */
export const PAGE_ROWS = 25;

/** A row as the page shows it. */
export interface AuditEntry
  extends Pick<AuditRow, 'number' | 'change' | 'kind' | 'leakedBefore' | 'decided' | 'lift' | 'excerpt'> {
  /** The record's id, and its places: "raw.jsonl:18 → filtered.jsonl:16". */
  readonly id: string;
  readonly where: string;
  /** Names of the facts that it has to do with. */
  readonly facts: readonly string[];
}

/** The part of a list that is shown. */
export interface AuditPart {
  readonly view: AuditView;
  readonly rows: readonly AuditEntry[];
  /** Rows that can be shown of this list, for this fact. */
  readonly listed: number;
  /** Records that belong to each list, whatever the fact; more than are listed where the list is cut off. */
  readonly counts: Readonly<Record<ListName, number>>;
}

export type AuditActivity =
  | { readonly kind: 'pairing' | 'loading' }
  /** `fraction` of the work, `leaks` found in the filtered corpus so far. */
  | { readonly kind: 'scoring'; readonly fraction: number; readonly leaks: number }
  | { readonly kind: 'done' | 'stopped' };

/** A fact in the page's table. */
export interface AuditFact extends FactAuditSummary {
  /** What it is about, in the forget set's words. */
  readonly name: string;
  /** How it fares, in plain words. */
  readonly words: string;
}

/** What was found, once everything is scored. */
export interface AuditResult {
  readonly records: PairCounts;
  readonly removed: KindCounts;
  readonly left: KindCounts;
  readonly leaks: { readonly before: number; readonly after: number };
  readonly verdict: Verdict & { readonly sentences: readonly string[] };
  readonly facts: readonly AuditFact[];
  /** Facts that nothing was found of are left out; so many. */
  readonly silentFacts: number;
  /** On what terms the figures hold. */
  readonly notes: readonly string[];
  readonly part: AuditPart;
}

/** Everything that the page shows; sent whole on `ready` and at every turn of the audit. */
export interface AuditSnapshot {
  readonly scope: AuditScope;
  /** As people know the two. */
  readonly raw: string;
  readonly filtered: string;
  readonly activity: AuditActivity;
  /** Files, settings, models or decisions have changed since. */
  readonly outdated: boolean;
  readonly result: AuditResult | null;
}

/** Extension host -> page. */
export type ToAudit =
  | { readonly type: 'snapshot'; readonly snapshot: AuditSnapshot }
  | { readonly type: 'progress'; readonly activity: AuditActivity }
  | { readonly type: 'part'; readonly part: AuditPart }
  /** Nothing to show, or why; `action` labels a button that runs the audit. */
  | { readonly type: 'message'; readonly text: string; readonly action: string | null };

/** Page -> extension host. */
export const FromAudit = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  /** Show another part of the lists. */
  v.object({ type: v.literal('view'), view: AuditView }),
  /** Open a row's pair in the diff editor. */
  v.object({ type: v.literal('open'), row: v.number() }),
  v.object({ type: v.literal('run') }),
  v.object({ type: v.literal('cancel') }),
]);
export type FromAudit = v.InferOutput<typeof FromAudit>;
