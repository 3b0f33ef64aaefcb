const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;
/** Scripts that write words without spaces between them: there a letter says nothing about where a word ends. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]$/u;

/** Whether a word that ends at `offset` could go on there: a letter or digit follows, and its script puts spaces between words. */
export function isWordContinuedAt(text: string, offset: number): boolean {
  const code = text.codePointAt(offset);
  return code !== undefined && (code < 0x80 ? isAsciiLetterOrDigit(code) : isSpacedLetterOrDigit(code));
}

/** Whether a word that starts at `offset` could have started before it. */
export function isWordContinuedBefore(text: string, offset: number): boolean {
  if (offset <= 0) {
    return false;
  }
  const last = text.charCodeAt(offset - 1);
  const isPair = last >= 0xdc00 && last <= 0xdfff && isHighSurrogate(text.charCodeAt(offset - 2));
  return isWordContinuedAt(text, isPair ? offset - 2 : offset - 1);
}

function isAsciiLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isSpacedLetterOrDigit(code: number): boolean {
  const character = String.fromCodePoint(code);
  return LETTER_OR_DIGIT.test(character) && !UNSPACED.test(character);
}

/** NaN, which `charCodeAt` gives outside the text, is none. */
function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
