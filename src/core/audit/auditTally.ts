import type { Fact } from '../forget/fact';
import { type FactTotals, Tally } from '../report/tally';
import type { Leak, RecordScores } from '../score/leak';
import { type Finding, type FindingKind, gravest, leaks } from './finding';

/** What the filter did to a record. */
export type Change = 'removed' | 'changed' | 'kept' | 'added';

/** Records by the gravest thing they do; `none` have to do with no fact. */
export type KindCounts = Readonly<Record<FindingKind | 'none', number>>;

/** Records that the filter changed and that were scored on both sides. */
export interface ChangedCounts {
  readonly records: number;
  /** Leaked, and do not any more. */
  readonly mended: number;
  /** Leak now. */
  readonly leaking: number;
}

/** What became of one fact. Records, by how they give it away. */
export interface FactAudit {
  readonly fact: string;
  /** Gave it away before, and are gone or do so in another way now. */
  readonly removed: Readonly<Record<FindingKind, number>>;
  /** Of the filtered corpus. */
  readonly left: Readonly<Record<FindingKind, number>>;
  readonly before: FactTotals;
  readonly after: FactTotals;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Adds up an audit record by record. Scores are added as they come, the raw ones of a record that is kept together with its filtered
 * ones, since they are the same; what became of a record once both its sides are known.
 */
export class AuditTally {
  readonly #before: Tally;
  readonly #after: Tally;
  readonly #removed: Mutable<KindCounts> = { stated: 0, shadow: 0, named: 0, none: 0 };
  readonly #left: Mutable<KindCounts> = { stated: 0, shadow: 0, named: 0, none: 0 };
  readonly #changed: Mutable<ChangedCounts> = { records: 0, mended: 0, leaking: 0 };
  readonly #facts: ReadonlyMap<string, Record<'removed' | 'left', Record<FindingKind, number>>>;

  constructor(facts: readonly Fact[], threshold: number) {
    this.#before = new Tally(facts, threshold);
    this.#after = new Tally(facts, threshold);
    this.#facts = new Map(
      facts.map(({ id }) => [
        id,
        { removed: { stated: 0, shadow: 0, named: 0 }, left: { stated: 0, shadow: 0, named: 0 } },
      ]),
    );
  }

  /** Adds a record's scores to the sides that it is on. Returns its leaks at or above the threshold. */
  addScores(scores: RecordScores, { raw, filtered }: { readonly raw: boolean; readonly filtered: boolean }): Leak[] {
    const before = raw ? this.#before.add(scores) : [];
    return filtered ? this.#after.add(scores) : before;
  }

  /**
   * Adds what became of a record.
   * @param before null: it was not there, or it could not be scored
   * @param after the same of the filtered side
   */
  addRecord(change: Change, before: readonly Finding[] | null, after: readonly Finding[] | null): void {
    if (change === 'removed' && before !== null) {
      this.#removed[gravest(before) ?? 'none']++;
    }
    if (after !== null) {
      this.#left[gravest(after) ?? 'none']++;
    }
    if (change === 'changed' && before !== null && after !== null) {
      this.#changed.records++;
      this.#changed.mended += leaks(before) && !leaks(after) ? 1 : 0;
      this.#changed.leaking += leaks(after) ? 1 : 0;
    }
    for (const { fact, kind } of after ?? []) {
      this.#count(fact, 'left', kind);
    }
    // Of a changed record whose new text could not be scored nobody can say what it has lost.
    for (const { fact, kind } of change === 'removed' || after !== null ? (before ?? []) : []) {
      if (!after?.some((each) => each.fact === fact && each.kind === kind)) {
        this.#count(fact, 'removed', kind);
      }
    }
  }

  get before(): Tally {
    return this.#before;
  }

  get after(): Tally {
    return this.#after;
  }

  /** Removed records that were scored. */
  get removed(): KindCounts {
    return { ...this.#removed };
  }

  /** Records of the filtered corpus that were scored. */
  get left(): KindCounts {
    return { ...this.#left };
  }

  get changed(): ChangedCounts {
    return { ...this.#changed };
  }

  /** Every fact, those that leak most after filtering first. */
  get facts(): FactAudit[] {
    const before = new Map(this.#before.facts.map((totals) => [totals.fact, totals]));
    return this.#after.facts
      .flatMap((after): FactAudit[] => {
        const { fact } = after;
        const records = this.#facts.get(fact);
        const earlier = before.get(fact);
        return records === undefined || earlier === undefined
          ? []
          : [{ fact, removed: { ...records.removed }, left: { ...records.left }, before: earlier, after }];
      })
      .sort(
        (a, b) =>
          b.after.exposure - a.after.exposure ||
          b.after.maxLift - a.after.maxLift ||
          b.before.exposure - a.before.exposure,
      );
  }

  #count(fact: string, where: 'removed' | 'left', kind: FindingKind): void {
    const records = this.#facts.get(fact);
    if (records !== undefined) {
      records[where][kind]++;
    }
  }
}
