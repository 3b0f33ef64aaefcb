import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';
import { type FactSimilarity, type Leak, LIFT_FLOOR, type RecordScores } from '../../../src/core/score/leak';
import type { ForgetSetResult, ModelRole, ScanParams } from '../../../src/protocol/engine';
import { repoRoot } from '../../repoRoot';

/** Probabilities and bits agree with the independent computation of lab/oracle.py (float64, one sequence at a time) to this. */
const TOLERANCE = 1e-4;

/** Which of a class's tokens is the likeliest is not looked for beyond the likeliest 64 of all. */
const LOWEST_CLASS_RANK = 65;

/** What other subjects share of a probability is a difference of float32 numbers near 1, good to this. */
const SWAP_ERROR = 2e-6;

const MASSES = ['tokenMass', 'mass', 'lift', 'exposure', 'referenceMass', 'studentMass', 'pull'] as const;

/** One (position, fact); what a list does not compare is left out. */
export type GoldenLeak = Pick<Leak, 'position' | 'fact' | 'lift' | 'pull'> &
  Partial<Omit<Leak, 'start' | 'end' | 'answer' | 'similarity'>>;

export interface GoldenRecord {
  readonly name: string;
  readonly text: string;
  readonly leaks: readonly GoldenLeak[];
}

/** In bits; over the whole vocabulary too. */
export interface GoldenBits {
  readonly position: number;
  readonly forgetBits: number;
  /** How fast they change with the reference's probability; only where that is made by swapping subjects. */
  readonly slope?: number;
  readonly kl?: number;
  readonly exactKl?: number;
}

/** By position, from `from` on. */
export interface GoldenSimilarities {
  readonly fact: string;
  readonly from: number;
  readonly bucketed: readonly number[];
  readonly exact: readonly number[];
}

export interface GoldenScan extends GoldenRecord {
  readonly case: string;
  readonly bits?: readonly GoldenBits[];
  readonly similarities?: readonly GoldenSimilarities[];
}

/** A way to scan: which facts are looked for, with which models and settings. */
export interface GoldenCase extends Pick<ScanParams, 'swap' | 'onPolicy' | 'temperature' | 'unattributed'> {
  readonly id: string;
  readonly facts: readonly string[];
  readonly reference: 'model' | 'swap' | 'none';
  readonly student: boolean;
}

export interface Golden {
  readonly hotTemperature: number;
  readonly records: readonly (GoldenRecord & {
    readonly ids: readonly number[];
    readonly spans: readonly (readonly [number, number])[];
    readonly logprobs: Record<ModelRole, readonly number[]>;
  })[];
  readonly hotRecords: readonly GoldenRecord[];
  readonly trickyFacts: readonly { id: string; answers: string[]; subjects?: string[] }[];
  readonly trickyRecords: readonly GoldenRecord[];
  readonly ruleFacts: readonly (Partial<Fact> & { readonly id: string })[];
  readonly classes: ForgetSetResult['classes'];
  readonly cases: readonly GoldenCase[];
  readonly scans: readonly GoldenScan[];
}

export function readGolden(): Golden {
  const path = join(repoRoot, 'test/fixtures/golden/demo.json');
  assert.ok(existsSync(path), `${path} is missing; lab/make_demo.py writes it`);
  return JSON.parse(readFileSync(path, 'utf8')) as Golden;
}

/** A rule of the golden file with everything that it leaves out. */
export function wholeFact(rule: Golden['ruleFacts'][number]): Fact {
  return { ...FACT_DEFAULTS, answers: [], line: 1, ...rule };
}

/** Compares what the engine found with the golden file, and keeps the largest difference of each quantity. */
export class GoldenComparison {
  readonly #largest = new Map<string, number>();

  /** For the log. */
  get largest(): string {
    return [...this.#largest].map(([name, difference]) => `${name} ${difference.toExponential(1)}`).join(', ');
  }

  number(
    name: string,
    actual: number | null | undefined,
    expected: number | null | undefined,
    where: string,
    slack = 0,
  ): void {
    if (expected === null) {
      assert.equal(actual, null, `${where}: ${name}`);
      return;
    }
    assert.ok(typeof actual === 'number' && typeof expected === 'number', `${where}: ${name} is missing`);
    const difference = Math.abs(actual - expected);
    this.note(name, difference);
    assert.ok(difference <= TOLERANCE + slack, `${where}: ${name} is ${actual}, the oracle has ${expected}`);
  }

  note(name: string, difference: number): void {
    this.#largest.set(name, Math.max(this.#largest.get(name) ?? 0, difference));
  }

  /** Both sides list pairs down to a floor of their own; those too near to it to tell are left out. Returns how many were compared. */
  leaks(record: GoldenRecord, scores: RecordScores | undefined): number {
    assert.ok(scores !== undefined, `${record.name} was not scored`);
    const key = ({ position, fact: id }: { position: number; fact: string }) => `${position} ${id}`;
    const ours = new Map(scores.leaks.map((leak) => [key(leak), leak]));
    const theirs = new Map(record.leaks.map((leak) => [key(leak), leak]));
    let compared = 0;
    for (const [pair, expected] of theirs) {
      const where = `${record.name}, pair ${pair}`;
      const actual = ours.get(pair);
      if (actual === undefined) {
        assert.ok(expected.lift < LIFT_FLOOR + 1e-6, `${where} with lift ${expected.lift} was not found`);
        continue;
      }
      this.#leak(actual, expected, where);
      compared++;
    }
    for (const [pair, leak] of ours) {
      assert.ok(theirs.has(pair), `${record.name}: pair ${pair} with lift ${leak.lift} is not in the oracle's list`);
    }
    return compared;
  }

  #leak(actual: Leak, expected: GoldenLeak, where: string): void {
    for (const name of MASSES) {
      if (expected[name] !== undefined) {
        this.number(name, actual[name], expected[name], where);
      }
    }
    for (const name of ['depth', 'kind', 'reference', 'computed'] as const) {
      if (expected[name] !== undefined) {
        assert.equal(actual[name], expected[name], `${where}: ${name}`);
      }
    }
    const nearHalf = Math.abs((expected.studentMass ?? 0) - (expected.referenceMass ?? 0) - expected.lift / 2);
    if (expected.status !== undefined && nearHalf > 1e-6) {
      assert.equal(actual.status, expected.status, where);
    }
    if (expected.rank !== undefined) {
      const rank = expected.branch?.tokens.length === 0 ? Math.min(expected.rank, LOWEST_CLASS_RANK) : expected.rank;
      // Two tokens that are equally likely but for rounding may change places.
      const slack = (expected.tokenMass ?? 0) > 0.01 ? 0 : 1;
      assert.ok(Math.abs(actual.rank - rank) <= slack, `${where}: rank ${actual.rank}, oracle ${rank}`);
    }
    if (expected.branch) {
      this.#branch(actual, expected.branch, where);
    }
  }

  /** The order of a branch's tokens means nothing. */
  #branch({ branch }: Leak, expected: NonNullable<Leak['branch']>, where: string): void {
    assert.ok(branch !== null, `${where}: the branch is missing`);
    const { tokens } = expected;
    assert.deepEqual([...branch.tokens].sort(), [...tokens].sort(), `${where}: tokens of the branch`);
    for (const role of ['teacher', 'reference'] as const) {
      assert.equal(branch[role].length, expected[role].length, `${where}: branch, ${role}`);
      expected[role].forEach((p, i) => {
        const token = tokens[i];
        const at = token === undefined ? i : branch.tokens.indexOf(token);
        this.number(`branch, ${role}`, branch[role][at], p, where);
      });
    }
  }

  bits({ name: record, leaks, bits = [] }: GoldenScan, scores: RecordScores | undefined): void {
    const ours = new Map(scores?.bits.map((row) => [row.position, row]));
    // A pair so near to the floor that only one side lists it adds its tokens on one side.
    const nearFloor = new Set(
      leaks.filter(({ lift }) => Math.abs(lift - LIFT_FLOOR) < 1e-6).map(({ position }) => position),
    );
    for (const { position, forgetBits, slope = 0, kl, exactKl } of bits) {
      const where = `${record}, position ${position}`;
      const actual = ours.get(position);
      ours.delete(position);
      if (nearFloor.has(position)) {
        continue;
      }
      if (actual === undefined) {
        const unattributed = (kl ?? 0) - forgetBits;
        assert.ok(forgetBits < 0.0003 && unattributed < 0.2501, `${where}: ${forgetBits} and ${unattributed} bits`);
        continue;
      }
      const name = slope === 0 ? 'forget bits' : 'forget bits by swap';
      this.number(name, actual.forgetBits, forgetBits, where, slope * SWAP_ERROR);
      this.number('kl', actual.kl, kl ?? null, where);
      if (actual.kl !== null && exactKl !== undefined) {
        assert.ok(actual.kl <= exactKl + TOLERANCE, `${where}: KL ${actual.kl} is above the exact ${exactKl}`);
        this.note('kl below the exact', exactKl - actual.kl);
      }
    }
    assert.deepEqual([...ours.values()], [], `${record}: bits that the oracle does not have`);
  }

  /** Per leak, and the largest per record. */
  similarities({ name, similarities = [] }: GoldenScan, scores: RecordScores): void {
    const ours = new Map(scores.similarities.map((best) => [best.fact, best]));
    assert.deepEqual([...ours.keys()].sort(), similarities.map(({ fact }) => fact).sort(), name);
    for (const expected of similarities) {
      const { fact, from, bucketed, exact } = expected;
      this.#mostSimilar(ours.get(fact), expected, `${name}, ${fact}`);
      for (const leak of scores.leaks.filter((each) => each.fact === fact)) {
        this.number('similarity', leak.similarity, bucketed[leak.position - from], `${name}, ${leak.position} ${fact}`);
      }
      bucketed.forEach((value, i) => {
        this.note('similarity above the exact', value - (exact[i] ?? Number.NaN));
      });
    }
  }

  #mostSimilar(best: FactSimilarity | undefined, { from, bucketed }: GoldenSimilarities, where: string): void {
    const highest = Math.max(...bucketed);
    this.number('similarity of a record', best?.similarity, highest, where);
    // Of positions that are equally similar but for rounding any may be named.
    this.number('similarity of a record', bucketed[(best?.position ?? 0) - from], highest, where);
  }
}
