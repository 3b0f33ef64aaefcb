/** One sequence to run through a model, and what to report of it. */
export interface Job {
  /** Token ids. */
  readonly input: readonly number[];
  /** Indices into `input`, without repeats: the distributions *behind* these tokens are looked at. */
  readonly rows: readonly number[];
  /** By row: token ids whose log-probabilities are wanted, or ids that stand for whole classes. Lists may be shared between rows. */
  readonly picks?: readonly (readonly number[])[];
  /** By row: where its list of the likeliest tokens is wanted; everywhere unless given. */
  readonly lists?: readonly ListCondition[];
  /** By row: token ids whose ranks are wanted. */
  readonly ranks?: readonly (readonly number[])[];
}

/** One of a row's first `picks` picks is likelier than `logprob`, or is a class of tokens. */
export interface ListCondition {
  readonly picks: number;
  readonly logprob: number;
}

/** What is wanted of every row of all jobs of a run. */
export interface RunOptions {
  /** Length of the list of the likeliest tokens; 0 unless given. */
  readonly top?: number;
  /** Also report the picks' log-probabilities at this temperature. */
  readonly temperature?: number;
  /** Report the whole rows. */
  readonly whole?: boolean;
  /** Awaited after each batch with the number of input tokens that it read; throws to stop. */
  between?(tokens: number): Promise<void>;
}

/** A row's likeliest tokens side by side, the likeliest first. Many rows have one, and few are looked at: none is made into objects. */
export interface TokenList {
  readonly ids: Int32Array;
  /** Natural logarithms. */
  readonly logprobs: Float32Array;
}

/** What a run says about one row of a job. Natural logarithms, float32. */
export interface RowResult {
  /** By pick. */
  readonly picked: Float32Array;
  /** By pick, at the asked temperature; empty without one. */
  readonly warm: Float32Array;
  /** By asked rank: 1 + number of tokens strictly likelier. */
  readonly ranks: readonly number[];
  /** The likeliest tokens; where the list was not wanted, usually empty. */
  readonly top: TokenList;
  /** All tokens; empty unless asked for. */
  readonly whole: Float32Array;
}
