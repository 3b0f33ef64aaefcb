import type { Leak } from '../core/score/leak';
import type { Inspection } from './engine';

/** What the distributions panel shows; sent whole on `ready` and whenever the selected token changes. */
export interface PanelSnapshot {
  readonly file: string;
  readonly recordId: string;
  readonly recordLine: number;
  /** The record's decoded text. */
  readonly text: string;
  readonly inspection: Inspection;
  /** Leaks at or above the threshold in this record, any position; empty when the record was not scanned. */
  readonly leaks: readonly Leak[];
  /** Facts named in `inspection.rows` and `leaks`, for labels. */
  readonly facts: readonly {
    readonly id: string;
    readonly subjects: readonly string[];
    readonly answers: readonly string[];
  }[];
  readonly topK: number;
  readonly models: { readonly teacher: string; readonly student: string | null; readonly reference: string | null };
}

/** Extension host -> panel. */
export type ToPanel =
  | { readonly type: 'snapshot'; readonly snapshot: PanelSnapshot }
  | { readonly type: 'busy' }
  /** Nothing to show, or why it cannot be shown. */
  | { readonly type: 'message'; readonly text: string };

/** Panel -> extension host. */
export type FromPanel =
  | { readonly type: 'ready' }
  /** Select the predicted token at this position of the record shown. */
  | { readonly type: 'select'; readonly position: number }
  | { readonly type: 'temperature'; readonly value: number }
  | { readonly type: 'topK'; readonly value: number };
