/**
 * Makes every character visible that a terminal or an editor would act on instead of showing: control characters (so no ANSI
 * sequence survives), direction marks and other invisible formatting, line separators, halves of surrogate pairs, noncharacters.
 * Zero-width joiners stay, because they belong to ordinary text (emoji, Indic and Persian scripts).
 */
export function visibleText(text: string): string {
  return text.replace(ACTING, (character) => SYMBOLS[character] ?? named(character));
}

/**
 * JSON in which the same characters are escaped, so that it can be shown on a terminal and cut into lines by any program
 * (some take U+2028 for a line end). It stands for the same value as `JSON.stringify`.
 */
export function visibleJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  // With an indent the line feeds are JSON's own; those within strings are escaped already.
  return json.replace(ACTING, (character) => (character === '\n' ? character : escaped(character)));
}

// That a joiner is none is looked at last: nearly all characters are none of the others either.
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}](?<![\u200c\u200d])/gu;

const SYMBOLS: Readonly<Record<string, string>> = { '\n': '↵', '\r': '␍', '\t': '⇥' };

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}
