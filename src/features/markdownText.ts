import { plainMarkdown } from '../core/report/plainMarkdown';

/** A token, its white space made visible: a leading space is part of what the model predicts. */
export function token(text: string): string {
  return text === '' ? '*empty*' : plainMarkdown(text).replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}
