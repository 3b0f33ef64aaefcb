import type { LineFormat } from './corpusFormat';

/** Whether a line means nothing between two records. In a table, tabs may be a row of empty cells. */
export function isBlankLine(line: string, format: LineFormat): boolean {
  const mayBeRow = (format === 'csv' || format === 'tsv') && line.includes('\t');
  return line.trim() === '' && !mayBeRow;
}
