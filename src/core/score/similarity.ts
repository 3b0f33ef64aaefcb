/** A model's likeliest tokens behind a prompt, and what is left for all others. */
export interface PromptDistribution {
  readonly ids: readonly number[];
  /** Probabilities, by id. */
  readonly p: readonly number[];
}

/** How many of a prompt's likeliest tokens contexts are compared over; all others are one bucket. */
export const PROMPT_TOKENS = 32;

/**
 * 1 - JS(p ‖ q) / ln 2 between the distribution at a position and that behind a prompt: 1 where they are equal, 0 where they have
 * nothing in common. Taken over the prompt's likeliest tokens and one bucket for the rest, so that it is never less than over the
 * whole vocabulary (data processing).
 * @param probability of a token at the position
 */
export function similarityTo({ ids, p: q }: PromptDistribution, probability: (token: number) => number): number {
  let js = 0;
  let pRest = 1;
  let qRest = 1;
  const add = (a: number, b: number) => {
    const middle = (a + b) / 2;
    js += (a > 0 ? a * Math.log(a / middle) : 0) + (b > 0 ? b * Math.log(b / middle) : 0);
  };
  ids.forEach((id, i) => {
    const own = probability(id);
    const other = q[i] ?? 0;
    add(own, other);
    pRest -= own;
    qRest -= other;
  });
  add(Math.max(0, pRest), Math.max(0, qRest));
  return Math.min(1, Math.max(0, 1 - js / 2 / Math.LN2));
}
