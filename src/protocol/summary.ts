import * as v from 'valibot';
import type { LiftBin } from '../core/report/liftHistogram';
import type { VerdictKind } from '../core/report/verdict';
import type { LeakKind } from '../core/score/leak';
import { Place } from './place';

/** Rows of a table that a page is sent at most; the rest is counted. */
export const MAX_ROWS = 500;

/** Records that are shown at once of all that leak. */
export const PAGE_RECORDS = 100;

export const RECORD_ORDERS = ['worst', 'place'] as const;

/** Which part of the list of all records that leak a page shows. */
export const RecordsView = v.object({
  /** Absolute path; null: of all files. */
  file: v.nullable(v.string()),
  /** By falling lift, or as the records stand in their files. */
  order: v.picklist(RECORD_ORDERS),
  /** Number of the first row shown. */
  from: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type RecordsView = v.InferOutput<typeof RecordsView>;

export type SummaryActivity =
  | { readonly kind: 'loading' }
  /** `words`: the pace, where there is one. */
  | { readonly kind: 'scanning'; readonly fraction: number; readonly words: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped'; readonly fraction: number }
  | { readonly kind: 'failed'; readonly message: string };

export interface SummaryFact {
  readonly id: string;
  /** What must not be told, as far as it is one thing. */
  readonly name: string;
  readonly shadow: number;
  readonly stated: number;
  readonly records: number;
  readonly maxLift: number;
  readonly exposure: number;
  readonly similarity: number | null;
  readonly verdict: string;
  /** Of its worst leak. */
  readonly place: Place | null;
}

export interface SummaryFile {
  /** As people name it. */
  readonly name: string;
  readonly leaks: number;
  readonly stated: number;
  readonly records: number;
  readonly leakingRecords: number;
  readonly maxLift: number;
  /** Places that could not be scored. */
  readonly incomplete: number;
  /** Of its worst leak; the file's beginning where it has none. */
  readonly place: Place;
}

/** A place in its record. */
export interface SummaryPlace {
  /** Of the record. */
  readonly id: string;
  /** With the line. */
  readonly file: string;
  readonly before: string;
  readonly token: string;
  readonly after: string;
  readonly place: Place;
}

/** A record at its worst leak. */
export interface SummaryRecord extends SummaryPlace {
  readonly leaks: number;
  readonly lift: number;
  readonly kind: LeakKind;
  readonly fact: string;
}

/** A place at which the teacher knows something that no fact names. */
export interface SummaryUnnamed extends SummaryPlace {
  /** Divergence that no fact explains, in bits. */
  readonly bits: number;
}

export interface SummaryIncomplete {
  readonly where: string;
  readonly message: string;
  readonly place: Place;
}

/** Rows that are sent, and how many there are. */
export interface Rows<T> {
  readonly rows: readonly T[];
  readonly all: number;
}

/** The part of the list that is shown. */
export interface RecordsPart {
  readonly view: RecordsView;
  readonly rows: readonly SummaryRecord[];
  /** Rows of the list. */
  readonly listed: number;
}

/** What the summary page shows of the scan of one corpus. */
export interface SummarySnapshot {
  readonly scope: SummaryScope;
  /** The project's folder, and the part of it that was scanned. */
  readonly name: string;
  readonly activity: SummaryActivity;
  /** Files, settings, models or decisions have changed since. */
  readonly outdated: boolean;
  /** Whether filtering works here, sentence by sentence; null as long as the scan goes on. */
  readonly verdict: { readonly kind: VerdictKind; readonly sentences: readonly string[] } | null;
  readonly threshold: number;
  /** What the numbers are measured against. */
  readonly notes: readonly string[];
  readonly totals: {
    readonly files: number;
    readonly records: number;
    readonly leakingRecords: number;
    readonly tokens: number;
    readonly positions: number;
    readonly shadow: number;
    readonly stated: number;
    readonly facts: number;
    readonly leakingFacts: number;
  };
  readonly bins: readonly LiftBin[];
  /** Those that leak. */
  readonly facts: Rows<SummaryFact>;
  readonly files: Rows<SummaryFile>;
  readonly records: Rows<SummaryRecord>;
  readonly unnamed: Rows<SummaryUnnamed>;
  readonly incomplete: Rows<SummaryIncomplete>;
}

/** What a page is about; it keeps this through a reload of the window. Absolute paths. */
export const SummaryScope = v.object({
  configPath: v.string(),
  folder: v.nullable(v.string()),
  file: v.optional(v.string()),
});
export type SummaryScope = v.InferOutput<typeof SummaryScope>;

const SavedState = v.object({ scope: SummaryScope });

/** What a page was about that VS Code kept through a reload, by the state that it saved; null: nothing yet. */
export function savedScope(state: unknown): SummaryScope | null {
  const saved = v.safeParse(SavedState, state);
  return saved.success ? saved.output.scope : null;
}

/** Extension host -> page. */
export type ToSummary =
  | { readonly type: 'snapshot'; readonly snapshot: SummarySnapshot }
  | { readonly type: 'records'; readonly part: RecordsPart }
  /** Between snapshots: how far the scan is. */
  | { readonly type: 'progress'; readonly activity: SummaryActivity }
  /** There is nothing to show yet; `action` is what a button offers. */
  | { readonly type: 'message'; readonly text: string; readonly action: string | null };

/** Page -> extension host. */
export const FromSummary = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('open'), place: Place }),
  /** Show another part of the records. */
  v.object({ type: v.literal('records'), view: RecordsView }),
  /** Scan, go on with a scan, or scan again. */
  v.object({ type: v.literal('scan') }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('report') }),
]);
export type FromSummary = v.InferOutput<typeof FromSummary>;
