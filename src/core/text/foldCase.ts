const folded = new Map<number, number>();

/**
 * The code point that stands for all cases of `code`, one code point for one code point so that offsets stay true
 * (Unicode simple case folding by way of upper case: σ and ς, k and the Kelvin sign are the same; ß and ss are not).
 */
export function foldCodePoint(code: number): number {
  if (code < 0x80) {
    return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  }
  let fold = folded.get(code);
  if (fold === undefined) {
    const char = String.fromCodePoint(code);
    const upper = char.toUpperCase();
    fold = isOneCodePoint(upper) ? onlyCodePoint(code, upper.toLowerCase()) : onlyCodePoint(code, char.toLowerCase());
    folded.set(code, fold);
  }
  return fold;
}

/** A text with every code point replaced by {@link foldCodePoint}; equal for texts that differ in case only. */
export function foldCase(text: string): string {
  return Array.from(text, (char) => String.fromCodePoint(foldCodePoint(char.codePointAt(0) ?? 0))).join('');
}

/** The code point of a string that has just one, otherwise `fallback`. */
function onlyCodePoint(fallback: number, text: string): number {
  return isOneCodePoint(text) ? (text.codePointAt(0) ?? fallback) : fallback;
}

function isOneCodePoint(text: string): boolean {
  const first = text.codePointAt(0);
  return first !== undefined && text.length === (first > 0xffff ? 2 : 1);
}
