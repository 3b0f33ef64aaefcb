import { isAlike } from '../report/verdict';
import type { FactAudit } from './auditTally';

/**
 * What context similarity alone says of a fact in the filtered corpus: it leaks where sentences that read like its own prompts are left,
 * else it does not; null: there is nothing to compare.
 */
export type Prediction = 'leaks' | 'safe' | null;

export function predictionOf({ after: { similarity, comparable } }: Pick<FactAudit, 'after'>): Prediction {
  if (similarity === null) {
    return comparable ? 'safe' : null;
  }
  return isAlike(similarity) ? 'leaks' : 'safe';
}

/** Facts by what was predicted, and how many of them leak. */
export interface PredictionCounts {
  readonly leaks: { readonly facts: number; readonly leaking: number };
  readonly safe: { readonly facts: number; readonly leaking: number };
}

export function countPredictions(facts: readonly FactAudit[]): PredictionCounts {
  const counted = (prediction: Prediction) => {
    const such = facts.filter((fact) => predictionOf(fact) === prediction);
    return { facts: such.length, leaking: such.filter(({ after }) => after.positions > 0).length };
  };
  return { leaks: counted('leaks'), safe: counted('safe') };
}
