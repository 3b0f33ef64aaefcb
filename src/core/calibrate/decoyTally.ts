import type { Leak, RecordScores } from '../score/leak';
import type { DecoyRole } from './decoys';
import { LiftCounts } from './liftCounts';

/**
 * Adds up the lifts of decoys that were scanned together with the facts and the subjects' names. A token that leads towards a fact's answer
 * says nothing of chance: what the teacher knows of the fact would be counted against its decoys (they may share their first token,
 * or the text may name both subjects). Nor does one with which the text would name the subject again. So at each position such
 * tokens are left out of a decoy's lift.
 */
export class DecoyTally {
  readonly #maxima: number[];
  readonly #lifts = new LiftCounts();
  #tokens = 0;

  constructor(
    count: number,
    private readonly roles: ReadonlyMap<string, DecoyRole>,
  ) {
    this.#maxima = Array<number>(count).fill(0);
  }

  /** Predicted tokens seen. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Every decoy's highest lift; 0 where it stays below LIFT_FLOOR. */
  get maxima(): readonly number[] {
    return this.#maxima;
  }

  /** Of every (position, decoy). */
  get lifts(): LiftCounts {
    return this.#lifts;
  }

  add({ tokens, leaks }: Pick<RecordScores, 'tokens' | 'leaks'>): void {
    this.#tokens += tokens;
    for (let from = 0; from < leaks.length; ) {
      const position = leaks[from]?.position;
      let to = from + 1;
      while (leaks[to]?.position === position) {
        to++;
      }
      this.#addPosition(leaks.slice(from, to));
      from = to;
    }
  }

  #addPosition(leaks: readonly Leak[]): void {
    const known = new Set<number>();
    for (const leak of leaks) {
      if (this.roles.get(leak.fact)?.kind === 'known') {
        for (const token of leak.branch?.tokens ?? []) {
          known.add(token);
        }
      }
    }
    for (const leak of leaks) {
      const role = this.roles.get(leak.fact);
      if (role?.kind === 'decoy') {
        const lift = liftWithout(leak, known);
        if (lift > 0) {
          this.#lifts.add(lift);
          this.#maxima[role.index] = Math.max(this.#maxima[role.index] ?? 0, lift);
        }
      }
    }
  }
}

/** The lift over the tokens that are not among those known otherwise. */
function liftWithout({ lift, branch }: Leak, known: ReadonlySet<number>): number {
  if (branch === null || !branch.tokens.some((token) => known.has(token))) {
    return lift;
  }
  return branch.tokens.reduce((sum, token, i) => {
    const gain = Math.max(0, (branch.teacher[i] ?? 0) - (branch.reference[i] ?? 0));
    return known.has(token) ? sum : sum + gain;
  }, 0);
}
