import { rounded } from '../report/leakLine';
import type { Leak } from '../score/leak';
import type { Redaction } from './exportFormat';

/**
 * The target distributions that give nothing away: at every position with a leak, each token that leads towards a leaking answer may keep
 * min(p_T, p_R). Facts that share a token share its target: the smallest of theirs, since p_R may be another for each of them.
 * A class of tokens has one target for its whole probability.
 * @param leaks of one record, scanned with `branches`, at or above the threshold, by position
 */
export function redactionsOf(leaks: readonly Leak[]): Redaction[] {
  const positions = new Map<number, { tokens: Map<number, number>; classes: Map<string, number> }>();
  for (const { position, fact, branch } of leaks) {
    if (branch === null) {
      throw new Error('leaks without branches cannot be redacted');
    }
    const place = positions.get(position) ?? { tokens: new Map(), classes: new Map() };
    positions.set(position, place);
    const target = (i: number) => Math.min(branch.teacher[i] ?? 0, branch.reference[i] ?? 0);
    if (branch.tokens.length === 0) {
      lower(place.classes, fact, target(0));
    }
    branch.tokens.forEach((token, i) => {
      lower(place.tokens, token, target(i));
    });
  }
  return [...positions]
    .sort(([a], [b]) => a - b)
    .map(([position, { tokens, classes }]) => {
      const ascending = [...tokens].sort(([a], [b]) => a - b);
      return {
        position,
        tokens: ascending.map(([token]) => token),
        probabilities: ascending.map(([, probability]) => rounded(probability)),
        classes: [...classes].map(([name, probability]) => ({ class: name, probability: rounded(probability) })),
      };
    });
}

/** The positions with a leak, and others that are to be masked, ascending. */
export function maskOf(leaks: readonly Leak[], others: readonly number[]): number[] {
  return [...new Set([...leaks.map(({ position }) => position), ...others])].sort((a, b) => a - b);
}

function lower<K>(targets: Map<K, number>, key: K, value: number): void {
  targets.set(key, Math.min(value, targets.get(key) ?? Number.POSITIVE_INFINITY));
}
