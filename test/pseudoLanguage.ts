import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../src/core/l10n';
import { repoRoot } from './repoRoot';

/** A message as if it were translated: every letter becomes its full-width twin, places for values stay. */
export function pseudo(message: string): string {
  return message.replace(/\{\d+\}|\]\([^)]*\)|[A-Za-z]/g, (part) =>
    part.length === 1 ? String.fromCodePoint(part.charCodeAt(0) + 0xfee0) : part,
  );
}

/** Every entry of a file of messages, as if it were translated. */
export function pseudoMessages(file: string): Record<string, string> {
  const messages = JSON.parse(readFileSync(join(repoRoot, file), 'utf8')) as Record<string, string>;
  return Object.fromEntries(Object.entries(messages).map(([key, words]) => [key, pseudo(words)]));
}

/** VS Code's own tag for such a language. */
export const PSEUDO_TAG = 'qps-ploc';

/** What nobody speaks: words that are not in it were never given to be translated. */
export const PSEUDO: Language = { tag: PSEUDO_TAG, messages: pseudoMessages('l10n/bundle.l10n.json') };

/** The words of a text that were not translated, as far as they are words: three letters or more. */
export function untranslated(text: string): string[] {
  return text.match(/[A-Za-z]{3,}/g) ?? [];
}
