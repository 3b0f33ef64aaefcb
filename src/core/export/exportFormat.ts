import type { MadeFor } from '../calibrate/calibration';

export const EXPORT_SCHEMA = 'seep.export/1';
export const EXPORT_END_SCHEMA = 'seep.export-end/1';

/** What training does at the listed positions: change the target distribution, or leave the position out of the loss. */
export const EXPORT_KINDS = ['redactions', 'masks'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** First line of an export. docs/exports.md describes the whole file. */
export interface ExportHeader extends MadeFor {
  readonly schema: typeof EXPORT_SCHEMA;
  readonly kind: ExportKind;
  /** Size of the teacher's logits. */
  readonly vocabulary: number;
  /** Token ids that stand before every record in the model input. */
  readonly bos: readonly number[];
  readonly threshold: number;
  readonly calibrated: boolean;
  /** Distillation temperature of the project; nothing in the file depends on it. */
  readonly temperature: number;
  /** Token ids of every class of tokens, by the fact's id. */
  readonly classes: Readonly<Record<string, readonly number[]>>;
}

/** Target of a class of tokens as a whole. */
export interface ClassTarget {
  /** Id of the fact, a key of the header's `classes`. */
  readonly class: string;
  readonly probability: number;
}

/** Targets of one position at temperature 1; all other tokens keep the teacher's proportions. */
export interface Redaction {
  /** Index of the predicted token among the model input. */
  readonly position: number;
  readonly tokens: readonly number[];
  /** By `tokens`. */
  readonly probabilities: readonly number[];
  readonly classes: readonly ClassTarget[];
}

/** A line for a record in which something leaks. */
export interface ExportRecord {
  readonly file: string;
  readonly record: { readonly index: number; readonly id: string; readonly line: number };
  /** Of the record's text in UTF-8, hex. */
  readonly sha256: string;
  /** Model-input tokens, `bos` included. */
  readonly length: number;
  readonly redactions?: readonly Redaction[];
  /** Positions to leave out of the loss, ascending. */
  readonly mask?: readonly number[];
}

/** Last line, so that a file that was cut off is noticed. */
export interface ExportEnd {
  readonly schema: typeof EXPORT_END_SCHEMA;
  /** Lines between header and end. */
  readonly records: number;
  /** Positions listed in them. */
  readonly positions: number;
  /** Records and facts that could not be scored: nothing is known of them. */
  readonly incomplete: number;
}
