const WORD = /[\p{L}\p{M}\p{N}_]/u;
/** Scripts that put no space between words: every place in them may be a word's edge. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether the place between the characters before and behind UTF-16 offset `at` can be the edge of a word. */
export function isWordEdge(text: string, at: number): boolean {
  const before = characterBefore(text, at);
  const behind = text.codePointAt(at);
  if (before === undefined || behind === undefined) {
    return true;
  }
  return !(isWordCharacter(before) && isWordCharacter(String.fromCodePoint(behind)));
}

function isWordCharacter(character: string): boolean {
  return WORD.test(character) && !UNSPACED.test(character);
}

function characterBefore(text: string, at: number): string | undefined {
  if (at <= 0) {
    return undefined;
  }
  const low = text.charCodeAt(at - 1);
  const paired = low >= 0xdc00 && low <= 0xdfff && at >= 2;
  const code = text.codePointAt(paired ? at - 2 : at - 1);
  return code === undefined ? undefined : String.fromCodePoint(code);
}
