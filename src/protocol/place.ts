import * as v from 'valibot';

/** A place in a corpus file that a page can ask the editor to open. */
export const Place = v.object({
  /** Absolute path. */
  file: v.string(),
  /** 1-based. */
  line: v.number(),
  /** A token of a record; null: the line as a whole. */
  token: v.nullable(
    v.object({
      /** Index of the record in the file. */
      record: v.number(),
      /** UTF-16 range in the record's text. */
      start: v.number(),
      end: v.number(),
      /** What stood there when the record was scanned, or the beginning of it. */
      text: v.string(),
    }),
  ),
});
export type Place = v.InferOutput<typeof Place>;
