import { csvText } from './csvText';
import { plainMarkdown } from './plainMarkdown';
import { visibleText } from './visibleText';

/** Rows of cells, the header first. Cells may hold text of unknown origin. */
export type TextTable = readonly (readonly string[])[];

/**
 * CSV with line feeds, for a clipboard. What an editor or a spreadsheet would obey instead of showing is made visible.
 */
export function csvTable(rows: TextTable): string {
  return rows.map((row) => `${row.map((cell) => csvText(visibleText(cell))).join(',')}\n`).join('');
}

/** A table of GitHub's Markdown, whose cells are shown exactly and never acted on. */
export function markdownTable([header = [], ...rows]: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [header.map(plainMarkdown), header.map(() => '---'), ...rows.map((row) => row.map(plainMarkdown))]
    .map(line)
    .join('');
}
