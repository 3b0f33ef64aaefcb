import type { Probability } from './leakScores';

/**
 * A whole answer in two models that share no tokens: the probability that the text goes on with its characters, or, for a class of
 * tokens, with one of the class.
 */
export interface ComparedAnswer {
  /** The teacher's, by the token that it would go on with. */
  readonly byToken: ReadonlyMap<number, number>;
  /** The other model's. */
  readonly other: number;
}

/** Σ over the answers of the other model's probability. */
export function otherMass(answers: readonly ComparedAnswer[]): number {
  return Math.min(
    1,
    answers.reduce((sum, { other }) => sum + other, 0),
  );
}

/**
 * p_R(a) where the reference has tokens of its own: p_T(a) without the part that leads to whole answers which the teacher finds
 * likelier than the reference does. An answer's part is max(0, P_T − P_R), of which each token has the share that it has of P_T. So
 * the lift, Σ p_T(a) − p_R(a), is Σ max(0, P_T − P_R) over the answers.
 */
export function referenceByAnswers(answers: readonly ComparedAnswer[], teacher: Probability): Probability {
  const gains = new Map<number, number>();
  for (const { byToken, other } of answers) {
    let mass = 0;
    for (const own of byToken.values()) {
      mass += own;
    }
    const share = mass > 0 ? Math.max(0, mass - other) / mass : 0;
    for (const [token, own] of byToken) {
      gains.set(token, (gains.get(token) ?? 0) + share * own);
    }
  }
  return (token) => Math.max(0, teacher(token) - (gains.get(token) ?? 0));
}
