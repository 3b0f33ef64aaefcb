import { visibleText } from './visibleText';

/**
 * Text of unknown origin for Markdown: shown exactly, never acted on. Every ASCII punctuation character is escaped
 * (CommonMark allows that), which also keeps it inside a table cell; what an editor would obey instead of showing is made
 * visible; the rest of the line cannot turn into a block because it never starts one.
 */
export function plainMarkdown(text: string): string {
  return visibleText(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
