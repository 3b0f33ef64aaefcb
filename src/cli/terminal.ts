import picocolors from 'picocolors';
import stringWidth from 'string-width';

export type Style = ReturnType<typeof picocolors.createColors>;

const NO_TERMINAL_WIDTH = 120;
const NARROWEST = 60;

/** Colours only where a person looks: on a terminal, unless NO_COLOR (no-color.org) or TERM=dumb says otherwise. */
export function styleFor(stream: { readonly isTTY?: boolean } | null): Style {
  const { NO_COLOR, TERM } = process.env;
  const wanted = stream?.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
  return picocolors.createColors(wanted);
}

/** Columns to fill. */
export function widthOf(stream: { readonly isTTY?: boolean; readonly columns?: number } | null): number {
  return stream?.isTTY === true && stream.columns ? Math.max(NARROWEST, stream.columns) : NO_TERMINAL_WIDTH;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Fills up with spaces to a width in terminal cells; numbers are aligned on the right. */
export function padded(text: string, width: number, side: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return side === 'left' ? text + fill : fill + text;
}

/** The longest beginning that fits into `width` cells; a cut is marked with "…". Never cuts through a character. */
export function headThatFits(text: string, width: number): string {
  return fits(text, width) ?? `${collect(charactersOf(text), width - 1).join('')}…`;
}

/** The longest ending that fits into `width` cells; a cut is marked with "…". */
export function tailThatFits(text: string, width: number): string {
  return (
    fits(text, width) ??
    `…${collect(charactersOf(text).reverse(), width - 1)
      .reverse()
      .join('')}`
  );
}

function fits(text: string, width: number): string | null {
  return stringWidth(text) <= width ? text : null;
}

function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function collect(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += stringWidth(character);
    if (used > width) {
      break;
    }
    taken.push(character);
  }
  return taken;
}
