import * as v from 'valibot';
import type { FactKind } from '../core/forget/fact';
import type { Leak, ReferenceKind } from '../core/score/leak';
import type { Inspection } from './engine';

/** What brings the panel back to where it was. */
const PanelPlace = v.object({
  /** Of the document. */
  uri: v.string(),
  /** UTF-16 offset in it, somewhere in the record. */
  offset: v.number(),
  /** Of the predicted token. */
  position: v.number(),
  /** Chosen in the panel; null: the project's. */
  temperature: v.nullable(v.number()),
  /** Id of the fact whose answers are followed token by token. */
  followed: v.nullable(v.string()),
});
export type PanelPlace = v.InferOutput<typeof PanelPlace>;

const SavedState = v.object({ place: PanelPlace });

/** Where a panel was that VS Code kept through a reload, by the state that it saved; null: nowhere yet. */
export function savedPlace(state: unknown): PanelPlace | null {
  const saved = v.safeParse(SavedState, state);
  return saved.success ? saved.output.place : null;
}

/** What the distributions panel shows; sent whole on `ready` and whenever the selected token changes. */
export interface PanelSnapshot {
  readonly file: string;
  /** The page keeps this through a reload of the window. */
  readonly place: PanelPlace;
  readonly recordId: string;
  readonly recordLine: number;
  /** The record's decoded text. */
  readonly text: string;
  readonly inspection: Inspection;
  /** False: nobody looked for leaks in this record yet, so that no marks do not mean "clean". */
  readonly scanned: boolean;
  /** Leaks at or above the threshold in this record, any position; empty when the record was not scanned. */
  readonly leaks: readonly Leak[];
  /** Lift from which on a (position, fact) pair counts as a leak. */
  readonly threshold: number;
  /** Facts named in `inspection.rows` and `leaks`, for labels. */
  readonly facts: readonly PanelFact[];
  readonly topK: number;
  /** What the project's scans compare the teacher with. */
  readonly reference: ReferenceKind;
  /** Base names of the model folders. */
  readonly models: { readonly teacher: string; readonly student: string | null; readonly reference: string | null };
}

/** What the panel needs to know of an entry of the forget set. */
export interface PanelFact {
  readonly id: string;
  readonly kind: FactKind;
  readonly subjects: readonly string[];
  /** In the order in which {@link Leak.answer} counts them: of a rule the templates of its answers. */
  readonly answers: readonly string[];
  /** Of a class of tokens, else null. */
  readonly pattern: string | null;
}

/** Extension host -> panel. */
export type ToPanel =
  | {
      readonly type: 'snapshot';
      /**
       * `seq` of the newest request of the panel that this snapshot takes into account; 0 before the first one.
       * The panel drops snapshots older than what it last asked for.
       */
      readonly seq: number;
      readonly snapshot: PanelSnapshot;
    }
  | { readonly type: 'busy' }
  /** The editor's pointer is over the predicted token at this position of the record shown, or over none. */
  | { readonly type: 'pointed'; readonly position: number | null }
  /** Nothing to show, or why it cannot be shown; `action` labels a button that shows what was there before. */
  | { readonly type: 'message'; readonly text: string; readonly action: string | null };

const seq = v.number();

/** Longest text and picture that a page may hand over to be copied or saved: a table of all rows is far shorter. */
const MAX_COPIED = 1 << 20;
const MAX_PICTURE = 16 << 20;

/** Panel -> extension host. `seq` counts one page's requests from 1; the page starts over (and says `ready`) when it is reloaded. */
export const FromPanel = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  /** Show what the panel was at before the window was reloaded. */
  v.object({ type: v.literal('show') }),
  /** Select the predicted token at this position of the record shown. */
  v.object({ type: v.literal('select'), seq, position: v.number() }),
  /** 0.1..10. */
  v.object({ type: v.literal('temperature'), seq, value: v.number() }),
  /** 5..50. */
  v.object({ type: v.literal('topK'), seq, value: v.number() }),
  /** Follow a fact's answers token by token; null: none any more. */
  v.object({ type: v.literal('follow'), seq, fact: v.nullable(v.string()) }),
  /** Put a text on the clipboard. */
  v.object({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(MAX_COPIED)) }),
  /** Ask where to save a PNG picture: the page could not put it on the clipboard itself. */
  v.object({ type: v.literal('savePicture'), png: v.pipe(v.string(), v.maxLength(MAX_PICTURE), v.base64()) }),
  /** The pointer is over the predicted token at this position of the record shown, or over none. */
  v.object({ type: v.literal('point'), position: v.nullable(v.number()) }),
]);
export type FromPanel = v.InferOutput<typeof FromPanel>;
