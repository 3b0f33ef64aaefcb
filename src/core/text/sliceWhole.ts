/** A slice whose ends, where they lie within the text, are moved behind the surrogate pair that they would part. */
export function sliceWhole(text: string, from: number, to: number): string {
  return text.slice(behindPair(text, Math.max(0, from)), behindPair(text, Math.max(0, to)));
}

function behindPair(text: string, at: number): number {
  return isUnit(text, at - 1, 0xd800) && isUnit(text, at, 0xdc00) ? at + 1 : at;
}

/** Whether a half of a pair stands there: the first halves begin at 0xd800, the second ones at 0xdc00. */
function isUnit(text: string, at: number, first: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= first && unit < first + 0x400;
}
