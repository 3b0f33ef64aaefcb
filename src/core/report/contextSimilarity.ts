import type { FactSimilarity, Leak } from '../score/leak';

/**
 * How alike the context of a leak is to the fact's own prompts, 0 to 1; null where nothing was compared. Behind the first tokens of
 * an answer the teacher's distribution is about how the answer goes on, which no prompt resembles: there the place of the record
 * that is most alike speaks for it.
 * @param similarities of the leak's record
 */
export function contextSimilarity(
  { fact, depth, similarity }: Pick<Leak, 'fact' | 'depth' | 'similarity'>,
  similarities: readonly FactSimilarity[],
): number | null {
  return depth === 0 ? similarity : (similarities.find((each) => each.fact === fact)?.similarity ?? similarity);
}
