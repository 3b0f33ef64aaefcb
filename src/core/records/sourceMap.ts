/**
 * Maps UTF-16 offsets in a record's decoded text to UTF-16 offsets in the file it was read from.
 * Decoded text is a run of segments; inside one segment both sides advance together.
 * A JSON escape such as `\u00e9` or `\n` is one decoded unit that takes several units in the file.
 */
export interface SourceMap {
  /** Decoded offset at which each segment starts, ascending; the first is 0. */
  readonly textStarts: readonly number[];
  /** File offset of the same place. */
  readonly sourceStarts: readonly number[];
  /** File offset just behind the last decoded unit. */
  readonly sourceEnd: number;
  /** Decoded length in UTF-16 units. */
  readonly textLength: number;
}
