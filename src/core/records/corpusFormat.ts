import { t } from '../l10n';
import { allOf, oneOf } from '../text/listed';
/** Formats whose records are runs of lines, so that an editor can show them. */
export type LineFormat = 'jsonl' | 'text' | 'csv' | 'tsv';

/** How a corpus file is cut into records: a JSON value a line, paragraphs between blank lines, or rows of a table. */
export type CorpusFormat = LineFormat | 'parquet';

/** How the bytes of a file of lines are packed. */
export type Compression = 'gzip' | 'zstd';

const LINE_FORMATS: ReadonlyMap<string, LineFormat> = new Map([
  ['.jsonl', 'jsonl'],
  ['.txt', 'text'],
  ['.md', 'text'],
  ['.csv', 'csv'],
  ['.tsv', 'tsv'],
]);

const COMPRESSIONS: ReadonlyMap<string, Compression> = new Map([
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
]);

const PARQUET = '.parquet';

/** Endings of the files that can be read in an editor. */
export const DOCUMENT_ENDINGS = [...LINE_FORMATS.keys()];

/** The last endings that corpus files have, for dialogs. */
export const LAST_ENDINGS = [...DOCUMENT_ENDINGS, PARQUET, ...COMPRESSIONS.keys()];

/** What is read, for messages. */
export const READABLE_FILES = t(
  '{0}, all but the last also with {1} behind',
  allOf([...DOCUMENT_ENDINGS, PARQUET]),
  oneOf([...COMPRESSIONS.keys()]),
);

/** What an editor must show to be scanned, for messages. */
export const READABLE_DOCUMENT = t('a {0} file', oneOf(DOCUMENT_ENDINGS));

/** Globs that match all that is read. */
export const READABLE_GLOBS = [
  ...DOCUMENT_ENDINGS.map((ending) => `**/*${ending}`),
  `**/*{${DOCUMENT_ENDINGS.join(',')}}{${[...COMPRESSIONS.keys()].join(',')}}`,
  `**/*${PARQUET}`,
];

/** The format that a file's name stands for; null where Seep does not read such files. */
export function formatOf(path: string): CorpusFormat | null {
  if (compressionOf(path) !== null) {
    return documentFormatOf(path.slice(0, path.lastIndexOf('.')));
  }
  return endingOf(path) === PARQUET ? 'parquet' : documentFormatOf(path);
}

/** The format of a file that an editor shows as text; null where it is packed, binary, or not read at all. */
export function documentFormatOf(path: string): LineFormat | null {
  return LINE_FORMATS.get(endingOf(path)) ?? null;
}

/** What a file's name says of how it is packed. */
export function compressionOf(path: string): Compression | null {
  return COMPRESSIONS.get(endingOf(path)) ?? null;
}

/** The ending of a name that its format goes by, with that of the compression, as it is written. */
export function corpusEnding(name: string): string {
  const last = name.slice(name.length - endingOf(name).length);
  if (compressionOf(name) === null) {
    return last;
  }
  const inner = name.slice(0, name.length - last.length);
  return inner.slice(inner.length - endingOf(inner).length) + last;
}

/** The ending in lower case with its dot; '' where there is none. */
function endingOf(path: string): string {
  return /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? '';
}
