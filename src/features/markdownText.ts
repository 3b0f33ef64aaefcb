import { visibleText } from '../core/report/visibleText';

/**
 * Text of unknown origin for a Markdown string: shown exactly, never acted on. Every ASCII punctuation character is
 * escaped (CommonMark allows that), which also keeps it inside a table cell; what an editor would obey instead of
 * showing is made visible; the rest of the line cannot turn into a block because it never starts one.
 */
export function plain(text: string): string {
  return visibleText(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A token, its white space made visible: a leading space is part of what the model predicts. */
export function token(text: string): string {
  return text === '' ? '*empty*' : plain(text).replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}
