import type { DecisionChanges } from '../core/decisions/changeDecisions';

/** What one act did to a file of decisions: what its keys stood for before it, and what after. */
export interface DecidedChange {
  readonly path: string;
  readonly before: DecisionChanges;
  readonly after: DecisionChanges;
}

export interface DecidedAct {
  readonly words: string;
  readonly changes: readonly DecidedChange[];
}

/** Acts that can be undone, */
const MOST_ACTS = 100;
/** and what they may have changed together, the last one apart. */
const MOST_CHANGES = 500_000;

/** The acts of a window that can be undone, in bounded memory: the oldest are forgotten first, the last one never. */
export class ActHistory {
  readonly #acts: DecidedAct[] = [];
  #changes = 0;

  constructor(
    private readonly mostActs = MOST_ACTS,
    private readonly mostChanges = MOST_CHANGES,
  ) {}

  add(act: DecidedAct): void {
    this.#acts.push(act);
    this.#changes += sizeOf(act);
    while (this.#acts.length > 1 && (this.#acts.length > this.mostActs || this.#changes > this.mostChanges)) {
      this.#changes -= sizeOf(this.#acts.shift());
    }
  }

  /** An act, the last one unless another is meant, which is none of them any more; undefined: it was none of them. */
  take(wanted = this.#acts.at(-1)): DecidedAct | undefined {
    const at = wanted === undefined ? -1 : this.#acts.indexOf(wanted);
    if (at < 0) {
      return undefined;
    }
    this.#acts.splice(at, 1);
    this.#changes -= sizeOf(wanted);
    return wanted;
  }
}

function sizeOf(act: DecidedAct | undefined): number {
  return act?.changes.reduce((sum, { after }) => sum + after.size, 0) ?? 0;
}
