import type { Leak, RecordScores } from '../score/leak';
import { LiftCounts } from './liftCounts';

/** Which entry of the scanned list a leak belongs to. */
export interface DecoyRoles {
  /** Index of the decoy with this id; undefined: the entry is one of the facts themselves. */
  decoyOf(id: string): number | undefined;
  /** Token ids of a class of tokens. */
  classOf(id: string): readonly number[];
}

/**
 * Adds up the lifts of decoys that were scanned together with the facts. A token that leads towards the answer of a fact as well says
 * nothing of chance: what the teacher knows of the fact would be counted against its decoys (they may share their first token, or
 * the text may name both subjects). So at each position such tokens are left out of a decoy's lift.
 */
export class DecoyTally {
  readonly #maxima: number[];
  readonly #lifts = new LiftCounts();
  #tokens = 0;

  constructor(
    count: number,
    private readonly roles: DecoyRoles,
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
      if (this.roles.decoyOf(leak.fact) === undefined) {
        const tokens = leak.branch?.tokens ?? [];
        for (const token of tokens.length > 0 ? tokens : this.roles.classOf(leak.fact)) {
          known.add(token);
        }
      }
    }
    for (const leak of leaks) {
      const decoy = this.roles.decoyOf(leak.fact);
      if (decoy !== undefined) {
        const lift = liftWithout(leak, known);
        if (lift > 0) {
          this.#lifts.add(lift);
          this.#maxima[decoy] = Math.max(this.#maxima[decoy] ?? 0, lift);
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
