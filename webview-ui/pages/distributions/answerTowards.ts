/**
 * The answer that `token` leads to when it follows `before`: the one whose longest start the text has just emitted and
 * that goes on with the token.
 *
 * @param answers the fact's answers, not empty
 * @param before the record's text up to the token
 * @param token the token's own text; bytes that are no whole character (U+FFFD) are ignored
 * @param likeliest index of the answer to name when the token's text does not decide, from the scan
 */
export function answerTowards(answers: readonly string[], before: string, token: string, likeliest = 0): string {
  const piece = token.replace(/\ufffd+$/, '');
  let best: { answer: string; emitted: number } | null = null;
  for (const [index, answer] of answers.entries()) {
    const emitted = emittedBy(answer, before, piece);
    if (
      emitted !== null &&
      (best === null || emitted > best.emitted || (emitted === best.emitted && index === likeliest))
    ) {
      best = { answer, emitted };
    }
  }
  return best?.answer ?? answers[likeliest] ?? answers[0] ?? '';
}

/** Length of the longest start of `answer` that ends `before` and that `piece` continues; null if `piece` continues none. */
function emittedBy(answer: string, before: string, piece: string): number | null {
  for (let length = Math.min(answer.length - 1, before.length); length >= 0; length--) {
    if (!before.endsWith(answer.slice(0, length))) {
      continue;
    }
    // The first token of an answer may bring the space before it.
    const next = length === 0 ? piece.replace(/^ /, '') : piece;
    const rest = answer.slice(length);
    if (rest.startsWith(next) || next.startsWith(rest)) {
      return length;
    }
  }
  return null;
}
