/** What a model says behind one prompt. Probabilities are at temperature 1. */
export interface PromptProbe {
  /** P(answer): Σ over the ways to write an answer, Π over their tokens. */
  readonly mass: number;
  /** Σ over the tokens that an answer may start with. */
  readonly tokenMass: number;
  /** 1 + number of tokens likelier than the likeliest of those. */
  readonly rank: number;
  /** See {@link truthRatio}; null without wrong answers. */
  readonly truthRatio: number | null;
  /** How the model goes on where it always takes the likeliest token: one line, without white space at its ends. Untrusted. */
  readonly continuation: string;
}

/** What a model says about a fact, by prompt. */
export type FactProbe = readonly PromptProbe[];

/** Index of the prompt that draws the fact out best: the one with the largest mass. */
export function strongestPrompt(probe: FactProbe): number {
  let best = 0;
  probe.forEach(({ mass }, at) => {
    if (mass > (probe[best]?.mass ?? Number.NEGATIVE_INFINITY)) {
      best = at;
    }
  });
  return best;
}
