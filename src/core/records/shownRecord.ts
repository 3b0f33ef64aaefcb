import type { CorpusRecord } from './record';
import type { SourceMap } from './sourceMap';

/** A record's text as an editor shows it by itself, and the record with its places in that text instead of in the file. */
export interface ShownRecord {
  readonly text: string;
  readonly record: CorpusRecord;
}

/**
 * Makes a text of a record alone. Editors take a byte order mark at the start away and make all line ends of a text alike; what they would change
 * must not get there, since places behind it would be others than in what the models read.
 */
export function shownRecord(record: CorpusRecord): ShownRecord {
  const { text, source } = settled(record.text);
  return { text, record: { ...record, source, range: [0, text.length] } };
}

/** What takes up a unit more in the record than in an editor: the unit behind it stands in its place. */
const SWALLOWED = /(?<=^\ufeff*)\ufeff|\r(?=\n)/gu;

function settled(original: string): { readonly text: string; readonly source: SourceMap } {
  const textStarts = [0];
  const sourceStarts = [0];
  for (const { index } of original.matchAll(SWALLOWED)) {
    sourceStarts.push(index + 1 - textStarts.length);
    textStarts.push(index + 1);
  }
  const text = original.replaceAll(SWALLOWED, '').replaceAll('\r', '\n');
  return { text, source: { textStarts, sourceStarts, sourceEnd: text.length, textLength: original.length } };
}
