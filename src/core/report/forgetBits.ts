/** Smallest probability that float32 can hold (2^-149). What a model gives less counts as this much, so that no ratio is infinite. */
const SMALLEST = 2 ** -149;

/**
 * Relative entropy of two yes-or-no distributions in bits, p log2(p/r) + (1-p) log2((1-p)/(1-r)), where the first finds "yes"
 * likelier; else 0, since what a model finds less likely than the other gives nothing away. By the data-processing inequality it
 * is at most the relative entropy of any distributions that give "yes" these probabilities.
 */
export function forgetBits(p: number, r: number): number {
  if (!(p > r)) {
    return 0;
  }
  const yes = p * Math.log2(p / Math.max(r, SMALLEST));
  const no = p < 1 ? (1 - p) * Math.log2((1 - p) / (1 - r)) : 0;
  // Nearly equal masses can come out a rounding error below zero.
  return Math.max(0, yes + no);
}
