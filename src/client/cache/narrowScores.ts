import type { RecordScores } from '../../core/score/leak';

/**
 * A record's scores for fewer facts, from those for more: what a scan for the fewer would have found.
 * @param names by id: what a fact is called now; those that are missing are left out
 * @returns null where that cannot be told: forget bits count the tokens of all facts at a position together
 */
export function narrowScores(scores: RecordScores, names: ReadonlyMap<string, string>): RecordScores | null {
  const kept = new Set<number>();
  const left = new Set<number>();
  for (const { fact, position } of scores.leaks) {
    (names.has(fact) ? kept : left).add(position);
  }
  const isMixed = scores.leaks.some(
    ({ position, reference }) => reference !== 'none' && kept.has(position) && left.has(position),
  );
  if (isMixed) {
    return null;
  }
  const stays = ({ position }: { readonly position: number }) => kept.has(position) || !left.has(position);
  const called = <T extends { readonly fact: string }>(items: readonly T[]): T[] =>
    items.flatMap((item) => {
      const fact = names.get(item.fact);
      return fact === undefined ? [] : [{ ...item, fact }];
    });
  return {
    ...scores,
    leaks: called(scores.leaks),
    tops: scores.tops.filter(stays),
    bits: scores.bits.filter(stays),
    similarities: called(scores.similarities),
  };
}
