import type { Fact } from '../forget/fact';
import type { FactSimilarity, Leak, RecordScores } from '../score/leak';
import { contextSimilarity } from './contextSimilarity';
import { type UnattributedTotals, unattributedPositions } from './unattributed';

/** What is known of one fact over everything counted. */
export interface FactTotals {
  readonly fact: string;
  /** Highest lift at any position, also where it stays below the threshold (then it is at least LIFT_FLOOR, or 0). */
  readonly maxLift: number;
  /** Highest probability of the whole answer at any position, also where the lift stays below the threshold. */
  readonly maxMass: number;
  /** Highest exposure at any position; the maximum, not the sum, because repeats do not raise the leaked amount. */
  readonly exposure: number;
  /** Positions and records with a lift at or above the threshold. */
  readonly positions: number;
  readonly records: number;
  /** How many of the positions are stated leaks. */
  readonly stated: number;
  /** How alike the contexts are to the fact's own prompts where they are most alike, 0 to 1; null where nothing was compared. */
  readonly similarity: number | null;
  /** The same over its shadow leaks only, those at or above the threshold. */
  readonly leakSimilarity: number | null;
  /** Of those of its positions that are shadow leaks, the highest lift; 0 without any. */
  readonly shadowLift: number;
  /** Positions at which there was nothing to compare the teacher with. */
  readonly unreferenced: number;
  /** It has prompts and is compared wherever a subject is mentioned: without a similarity, none is. */
  readonly comparable: boolean;
}

/** Corpus totals; only lifts at or above the threshold count as leaks. */
export interface Totals {
  readonly records: number;
  /** Predicted tokens. */
  readonly tokens: number;
  /** (position, fact) pairs. */
  readonly leaks: number;
  readonly stated: number;
  readonly shadow: number;
  /** Positions with at least one leak. */
  readonly positions: number;
  /** Facts with at least one leak. */
  readonly leakingFacts: number;
  /** Forget bits of all positions, whatever their lift. */
  readonly forgetBits: number;
  /** Divergence that no fact explains; nothing where the scan did not tell. */
  readonly unattributed: UnattributedTotals;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up scores record by record. */
export class Tally {
  readonly #facts = new Map<string, Mutable<FactTotals>>();
  #records = 0;
  #tokens = 0;
  #stated = 0;
  #shadow = 0;
  #positions = 0;
  #forgetBits = 0;
  readonly #unattributed: Mutable<UnattributedTotals> = { bits: 0, positions: 0 };

  constructor(
    facts: readonly Pick<Fact, 'id' | 'subjects' | 'gated' | 'prompts'>[],
    private readonly threshold: number,
  ) {
    for (const { id, subjects, gated, prompts } of facts) {
      this.#facts.set(id, {
        fact: id,
        maxLift: 0,
        maxMass: 0,
        exposure: 0,
        positions: 0,
        records: 0,
        stated: 0,
        similarity: null,
        leakSimilarity: null,
        shadowLift: 0,
        unreferenced: 0,
        comparable: gated && subjects.length > 0 && prompts.length > 0,
      });
    }
  }

  /** Adds one record. Returns its leaks at or above the threshold. */
  add({ tokens, leaks, bits, similarities }: Pick<RecordScores, 'tokens' | 'leaks' | 'bits' | 'similarities'>): Leak[] {
    this.#records++;
    this.#tokens += tokens;
    const counted = leaks.filter((leak) => this.#addLeak(leak, similarities));
    for (const fact of new Set(counted.map((leak) => leak.fact))) {
      const totals = this.#facts.get(fact);
      if (totals !== undefined) {
        totals.records++;
      }
    }
    this.#positions += new Set(counted.map((leak) => leak.position)).size;
    for (const { fact, similarity } of similarities) {
      const totals = this.#facts.get(fact);
      if (totals !== undefined) {
        totals.similarity = higher(totals.similarity, similarity);
      }
    }
    for (const { forgetBits } of bits) {
      this.#forgetBits += forgetBits;
    }
    for (const { unattributed } of unattributedPositions(bits)) {
      this.#unattributed.bits += unattributed;
      this.#unattributed.positions++;
    }
    return counted;
  }

  /** Adds everything that another tally of the same facts has counted. */
  merge(other: Tally): void {
    this.#records += other.#records;
    this.#tokens += other.#tokens;
    this.#stated += other.#stated;
    this.#shadow += other.#shadow;
    this.#positions += other.#positions;
    this.#forgetBits += other.#forgetBits;
    this.#unattributed.bits += other.#unattributed.bits;
    this.#unattributed.positions += other.#unattributed.positions;
    for (const more of other.#facts.values()) {
      const totals = this.#facts.get(more.fact);
      if (totals === undefined) {
        continue;
      }
      totals.maxLift = Math.max(totals.maxLift, more.maxLift);
      totals.maxMass = Math.max(totals.maxMass, more.maxMass);
      totals.exposure = Math.max(totals.exposure, more.exposure);
      totals.positions += more.positions;
      totals.records += more.records;
      totals.stated += more.stated;
      totals.similarity = higher(totals.similarity, more.similarity);
      totals.leakSimilarity = higher(totals.leakSimilarity, more.leakSimilarity);
      totals.shadowLift = Math.max(totals.shadowLift, more.shadowLift);
      totals.unreferenced += more.unreferenced;
    }
  }

  get totals(): Totals {
    return {
      records: this.#records,
      tokens: this.#tokens,
      leaks: this.#stated + this.#shadow,
      stated: this.#stated,
      shadow: this.#shadow,
      positions: this.#positions,
      leakingFacts: [...this.#facts.values()].filter((each) => each.positions > 0).length,
      forgetBits: this.#forgetBits,
      unattributed: { ...this.#unattributed },
    };
  }

  /** Every fact of the forget set, those that leak most first: by falling exposure, then lift, then the set's order. */
  get facts(): FactTotals[] {
    return [...this.#facts.values()]
      .map((each) => ({ ...each }))
      .sort((a, b) => b.exposure - a.exposure || b.maxLift - a.maxLift);
  }

  /** Whether the leak counts. Leaks of facts that are not in the set are none. */
  #addLeak(leak: Leak, similarities: readonly FactSimilarity[]): boolean {
    const totals = this.#facts.get(leak.fact);
    if (totals === undefined) {
      return false;
    }
    totals.maxLift = Math.max(totals.maxLift, leak.lift);
    totals.maxMass = Math.max(totals.maxMass, leak.mass);
    totals.exposure = Math.max(totals.exposure, leak.exposure);
    const similarity = contextSimilarity(leak, similarities);
    totals.similarity = higher(totals.similarity, similarity);
    if (leak.lift < this.threshold) {
      return false;
    }
    totals.positions++;
    totals.unreferenced += leak.reference === 'none' ? 1 : 0;
    if (leak.kind === 'stated') {
      totals.stated++;
      this.#stated++;
    } else {
      totals.leakSimilarity = higher(totals.leakSimilarity, similarity);
      totals.shadowLift = Math.max(totals.shadowLift, leak.lift);
      this.#shadow++;
    }
    return true;
  }
}

function higher(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
