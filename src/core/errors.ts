/** What went wrong, in a form that programs can act on. */
export type SeepErrorCode =
  | 'usage'
  | 'config'
  | 'forget-set'
  | 'model'
  | 'provider'
  | 'record'
  | 'file'
  | 'engine'
  | 'cancelled';

/**
 * An error meant for people: the message names the file and the mend, and is shown as it is, without a stack.
 * Everything else that is thrown is a bug and is reported as one.
 */
export class SeepError extends Error {
  override readonly name = 'SeepError';

  constructor(
    readonly code: SeepErrorCode,
    message: string,
    /** Path of the file at fault, where there is one. */
    readonly file?: string,
  ) {
    super(message);
  }
}

/** A fault at a place in a text file; `line` and `column` count from 1, columns in UTF-16 units. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
