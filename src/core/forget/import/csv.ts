import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from '../../errors';
import { nearest } from '../../json/nearest';
import { quote } from '../../json/objectReader';
import { t } from '../../l10n';
import { delimiterOf } from '../../text/delimiter';
import { ENTRY_KEYS } from '../entryKeys';
import type { ImportedEntry, ImportedFile, ImportFormat, ImportOptions } from './importFormat';

/** Keys of a fact, which are the names of the columns. */
export const CSV_KEYS: readonly string[] = ENTRY_KEYS.fact.filter((key) => key !== 'kind');

/** How columns of other names are read; the editor has no other way either. */
const OTHER_NAMES = 'seep import csv FILE --field KEY=COLUMN';

/** Keys with more than one value; in a cell those stand with a bar between them. */
const LISTS = new Set(['subjects', 'answers', 'prompts', 'distractors', 'tags', 'cases']);

/**
 * CSV with a line of column names, separated by commas, semicolons or tabs. Columns are named like the keys of a fact; other names are
 * given with `columns`, and then columns that are not wanted are left out.
 */
export const CSV: ImportFormat = { id: 'csv', title: t('CSV with the keys of a fact as column names'), read: readCsv };

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

function readCsv(text: string, { columns }: ImportOptions): ImportedFile {
  const problems: Problem[] = [];
  const rows = readRows(text, problems);
  const [head, ...body] = rows;
  if (head === undefined) {
    return {
      entries: [],
      problems: problems.length > 0 ? problems : [{ line: 1, column: 1, message: t('there is no line in this file') }],
    };
  }
  const keys = keysOf(head, columns, problems);
  const entries: ImportedEntry[] = [];
  for (const { cells, line } of body) {
    if (cells.length !== head.cells.length) {
      const message = t('this line has {0} cells, the first one {1}', cells.length, head.cells.length);
      problems.push({ line, column: 1, message });
      continue;
    }
    const entry = entryOf(keys, cells, (message) => problems.push({ line, column: 1, message }));
    entries.push({ entry, subjects: 'subjects' in entry ? 'given' : 'none', line });
  }
  if (entries.length === 0 && problems.length === 0) {
    problems.push({ line: 1, column: 1, message: t('there is nothing below the column names') });
  }
  return { entries, problems };
}

function readRows(text: string, problems: Problem[]): Row[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text.split('\n', 1)[0] ?? ''),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record.map((each) => each.trim()), line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) {
      throw error;
    }
    const line = typeof error.lines === 'number' ? error.lines : 1;
    problems.push({ line, column: 1, message: faultOf(error) });
    return [];
  }
}

/** Only quotation marks can be at fault: rows may have any number of cells, and what they hold is not looked at. */
function faultOf({ code }: CsvError): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? t('not CSV: a quotation mark is never closed; close it, or double those that are part of a quoted cell')
    : t('not CSV: a quotation mark stands within a cell; put the cell in quotation marks and double those within');
}

/** The key of each column; null for those that are left out. */
function keysOf(head: Row, columns: ImportOptions['columns'], problems: Problem[]): (string | null)[] {
  const report = (message: string) => problems.push({ line: head.line, column: 1, message });
  const keyOf = new Map(Object.entries(columns ?? {}).map(([key, column]) => [column, key]));
  for (const column of keyOf.keys()) {
    if (!head.cells.includes(column)) {
      report(t('there is no column {0}; the columns are {1}', quote(column), head.cells.map(quote).join(', ')));
    }
  }
  const keys = head.cells.map((column) => {
    const mapped = keyOf.get(column);
    if (mapped !== undefined) {
      return mapped;
    }
    // What is mapped from another column is not also read from the one of its own name.
    if (CSV_KEYS.includes(column) && columns?.[column] === undefined) {
      return column;
    }
    if (columns === undefined) {
      const meant = nearest(column, CSV_KEYS);
      const mend = meant === null ? t('the columns are {0}.', CSV_KEYS.join(', ')) : t('did you mean "{0}"?', meant);
      report(t('unknown column {0}; {1} Other names: {2}', quote(column), mend, OTHER_NAMES));
    }
    return null;
  });
  const twice = keys.find((key, index) => key !== null && keys.indexOf(key) < index);
  if (twice !== undefined) {
    report(t('two columns hold {0}', quote(twice ?? '')));
  }
  if (!keys.includes('answers')) {
    const mend = 'seep import csv FILE --field answers=COLUMN';
    report(t('there is no column "answers"; name the one that holds them: {0}', mend));
  }
  return keys;
}

function entryOf(
  keys: readonly (string | null)[],
  cells: readonly string[],
  report: (message: string) => void,
): Record<string, unknown> {
  const values = new Map<string, unknown>();
  cells.forEach((cell, index) => {
    const key = keys[index] ?? null;
    if (key === null || cell === '') {
      return;
    }
    if (LISTS.has(key)) {
      values.set(
        key,
        cell
          .split('|')
          .map((each) => each.trim())
          .filter((each) => each !== ''),
      );
    } else if (key === 'gate') {
      const gate = { true: true, false: false }[cell.toLowerCase()];
      if (gate === undefined) {
        report(t('"gate" cannot be {0}; it must be true or false', quote(cell)));
      }
      values.set(key, gate);
    } else {
      values.set(key, cell);
    }
  });
  return Object.fromEntries(CSV_KEYS.filter((key) => values.has(key)).map((key) => [key, values.get(key)]));
}
