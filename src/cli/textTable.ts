import stringWidth from 'string-width';
import { padded } from './terminal';

export interface Column {
  readonly title: string;
  /** Side that the cells are flush with. */
  readonly align: 'left' | 'right';
}

/** A cell, and how it looks once it has been padded (styles must not count towards its width). */
export interface Cell {
  readonly text: string;
  readonly style?: (padded: string) => string;
}

/** Lines of a table: titles, then rows; columns two spaces apart, the last one not padded. Cells hold one line each. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  title: (text: string) => string,
): string[] {
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...rows.map((row) => stringWidth(row[index]?.text ?? ''))),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style = (plain: string) => plain }, index) => {
        const { align } = columns[index] ?? { align: 'left' };
        const last = index === columns.length - 1 && align === 'left';
        return style(last ? text : padded(text, widths[index] ?? 0, align));
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => ({ text: column.title, style: title }))), ...rows.map(line)];
}
