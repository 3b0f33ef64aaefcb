/**
 * Makes every character visible that a terminal or an editor would act on instead of showing: control characters (so no ANSI
 * sequence survives), direction marks and other invisible formatting, line separators, halves of surrogate pairs.
 * Zero-width joiners stay, because they belong to ordinary text (emoji, Indic and Persian scripts).
 */
export function visibleText(text: string): string {
  return text.replace(ACTING, (character) => SYMBOLS[character] ?? named(character));
}

const ACTING = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SYMBOLS: Readonly<Record<string, string>> = { '\n': '↵', '\r': '␍', '\t': '⇥' };

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
