/**
 * What people decide about a record: `drop`: it is to be left out of training; `mask`: a span of it is to be left out of the loss;
 * `ignore`: what leaks there is no leak; `reviewed`: somebody has looked at it. docs/decisions.md describes them and their file.
 */
export const DECISION_ACTIONS = ['drop', 'mask', 'ignore', 'reviewed'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

export const DECISION_SCHEMA = 'seep.decision/1';

/** Name of the file beside seep.json that holds the decisions. */
export const DECISIONS_FILE = 'seep.decisions.jsonl';

/** UTF-16 range in a record's text; empty for the place behind its end. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A decision about a record's text, wherever that text stands. Once the text is another one the decision does not hold for it. */
export interface Decision {
  /** SHA-256 of the record's text in UTF-8, hex. */
  readonly record: string;
  readonly action: DecisionAction;
  /** Id of the only fact that it is about; null: all. */
  readonly fact: string | null;
  /** The only place in the text that it is about; null: all of it. */
  readonly span: Span | null;
  readonly reason: string | null;
  /** Where the record stood when this was decided: a hint for people that nothing depends on. */
  readonly file: string | null;
  readonly line: number | null;
  /** When, in ISO 8601. */
  readonly time: string | null;
}

/** Names what is decided: of two decisions with one key only the later one holds. */
export function decisionKey({ record, action, fact, span }: Decision): string {
  return JSON.stringify([record, action, fact, span?.start, span?.end]);
}
