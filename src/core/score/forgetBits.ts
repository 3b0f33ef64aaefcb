/** No reference is surer than this that a token cannot follow; keeps bits finite. */
const LEAST_PROBABILITY = 1e-12;

/** What float32 probabilities leave of 1 is known to about this. */
const REST_ERROR = 1e-6;

/**
 * d(p ‖ r) / ln 2: the relative entropy, in bits, between two coins that show heads with the probabilities p and r. With p and r
 * the teacher's and the reference's total on the facts' tokens these are the *forget bits* of a position. By data processing they
 * are never more than KL(teacher ‖ reference) in bits. 0 where p does not exceed r.
 */
export function forgetBits(p: number, r: number): number {
  const floor = Math.max(r, LEAST_PROBABILITY);
  if (!(p > floor)) {
    return 0;
  }
  const tails = p < 1 ? (1 - p) * Math.log2((1 - p) / (1 - floor)) : 0;
  return Math.max(0, p * Math.log2(p / floor) + tails);
}

/**
 * KL(p ‖ r) in bits over some tokens and one bucket for all others: never more than the KL over the whole vocabulary (data
 * processing), and little less where the tokens hold most of p.
 * @param p, r natural-log probabilities of the same tokens, each token once
 */
export function bucketedKl(p: readonly number[], r: readonly number[]): number {
  let bits = 0;
  let pRest = 1;
  let rRest = 1;
  p.forEach((logP, i) => {
    const logR = Math.max(r[i] ?? Number.NEGATIVE_INFINITY, Math.log(LEAST_PROBABILITY));
    const share = Math.exp(logP);
    bits += share > 0 ? (share * (logP - logR)) / Math.LN2 : 0;
    pRest -= share;
    rRest -= Math.exp(logR);
  });
  // A rest that only rounding makes small would add bits that are not there, and a bound must not be above what it bounds.
  const rest = Math.max(0, pRest);
  return Math.max(0, bits + (rest > 0 ? rest * Math.log2(rest / Math.max(rRest, REST_ERROR)) : 0));
}
