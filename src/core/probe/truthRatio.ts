/**
 * (1/|W|) Σ_w P(w)^(1/n_w) / P(a)^(1/n_a): how likely wrong answers are beside the right one, each probability the geometric mean over the
 * answer's n tokens. Near 0 the model tells the truth from what is like it, from 1 on it does not. This is R_truth of Maini et al. 2024 (TOFU,
 * arXiv 2401.06121, equation 1), with the answer for its paraphrase; OpenUnlearning's code takes the geometric mean over W instead.
 * @param right mean log-probability (nats per token) of the right answer: of its likeliest alias
 * @param wrong the same of each wrong answer
 * @returns null where there is nothing to divide, or nothing to divide by
 */
export function truthRatio(right: number, wrong: readonly number[]): number | null {
  if (wrong.length === 0 || right === Number.NEGATIVE_INFINITY) {
    return null;
  }
  // Differences of logarithms: long answers have probabilities that no number holds.
  return wrong.reduce((sum, each) => sum + Math.exp(each - right), 0) / wrong.length;
}
