import { visibleText } from './visibleText';

/** Rows of cells, the header first. Cells may hold text of unknown origin. */
export type TextTable = readonly (readonly string[])[];

/**
 * CSV as RFC 4180 has it, with line feeds. A cell that a spreadsheet would take for a formula gets an apostrophe in front, behind
 * which spreadsheets show the rest as it is.
 */
export function csvTable(rows: TextTable): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

/** A table of GitHub's Markdown, whose cells are shown exactly and never acted on. */
export function markdownTable([header = [], ...rows]: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [header.map(plainMarkdown), header.map(() => '---'), ...rows.map((row) => row.map(plainMarkdown))]
    .map(line)
    .join('');
}

/**
 * Text of unknown origin for a Markdown string: shown exactly, never acted on. Every ASCII punctuation character is
 * escaped (CommonMark allows that), which also keeps it inside a table cell; what an editor would obey instead of
 * showing is made visible; the rest of the line cannot turn into a block because it never starts one.
 */
export function plainMarkdown(text: string): string {
  return visibleText(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Some programs also take the full-width signs of East Asian keyboards, and look behind white space. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/u;

function csvCell(text: string): string {
  const shown = visibleText(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\s]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
