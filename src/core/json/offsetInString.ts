/**
 * Where a unit of a decoded JSON string stands in the text.
 * @param start offset of the string's opening quotation mark; the string must be well formed
 * @param index UTF-16 unit of the decoded string; its length stands for the closing quotation mark
 */
export function offsetInString(text: string, start: number, index: number): number {
  let at = start + 1;
  for (let unit = 0; unit < index && at < text.length; unit++) {
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  }
  return at;
}
