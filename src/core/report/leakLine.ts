import { answerText, type Fact } from '../forget/fact';
import type { CorpusRecord } from '../records/record';
import { forgetBits } from '../score/forgetBits';
import type { ComparisonByRole, FactSimilarity, Leak, LeakKind, ReferenceKind } from '../score/leak';
import { contextSimilarity } from './contextSimilarity';

/** One leak as reports give it; the keys in this order. Offsets are UTF-16 units in the record's decoded text. */
export interface LeakLine {
  readonly schema: 'seep.leak/1';
  /** Relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly record: { readonly index: number; readonly id: string; readonly line: number };
  readonly start: number;
  readonly end: number;
  /** The predicted token's text, as the corpus has it. Empty at the record's end. */
  readonly text: string;
  readonly position: number;
  readonly kind: LeakKind;
  readonly fact: string;
  readonly depth: number;
  readonly tokenMass: number;
  readonly mass: number;
  readonly rank: number;
  readonly lift: number;
  readonly exposure: number;
  readonly referenceMass: number | null;
  readonly studentMass: number | null;
  /** Whether these two are of the tokens that continue towards the answer, or of the whole answer, over character spans. */
  readonly comparison: ComparisonByRole;
  readonly pull: number | null;
  readonly status: Leak['status'];
  /** See {@link contextSimilarity}. */
  readonly similarity: number | null;
  /** What the reference would have to learn to expect this answer as the teacher does, in bits; null without a reference. */
  readonly forgetBits: number | null;
  /** What the reference is for this leak. */
  readonly reference: ReferenceKind;
  readonly temperature: number;
  /** Only where answers are shown: the likeliest answer here. */
  readonly answer?: string;
}

export interface LeakContext {
  readonly file: string;
  readonly record: CorpusRecord;
  /** Of the record. */
  readonly similarities: readonly FactSimilarity[];
  readonly temperature: number;
  /** The leak's fact where its text may be shown, else null. */
  readonly shown: Fact | null;
}

export function leakLine(leak: Leak, { file, record, similarities, temperature, shown }: LeakContext): LeakLine {
  const similarity = contextSimilarity(leak, similarities);
  const answer = shown === null ? undefined : answerText(shown, leak);
  return {
    schema: 'seep.leak/1',
    file,
    record: { index: record.index, id: record.id, line: record.line },
    start: leak.start,
    end: leak.end,
    text: record.text.slice(leak.start, leak.end),
    position: leak.position,
    kind: leak.kind,
    fact: leak.fact,
    depth: leak.depth,
    tokenMass: rounded(leak.tokenMass),
    mass: rounded(leak.mass),
    rank: leak.rank,
    lift: rounded(leak.lift),
    exposure: rounded(leak.exposure),
    referenceMass: leak.referenceMass === null ? null : rounded(leak.referenceMass),
    studentMass: leak.studentMass === null ? null : rounded(leak.studentMass),
    comparison: leak.comparison,
    pull: leak.pull === null ? null : rounded(leak.pull),
    status: leak.status,
    similarity: similarity === null ? null : rounded(similarity),
    forgetBits: leak.referenceMass === null ? null : rounded(forgetBits(leak.tokenMass, branchReference(leak))),
    reference: leak.reference,
    temperature,
    ...(answer === undefined ? {} : { answer }),
  };
}

/** The reference's part of the branch: where whole answers were compared, all that leads to none of the teacher's alone. */
function branchReference({ comparison, tokenMass, lift, referenceMass }: Leak): number {
  return comparison.reference === 'spans' ? tokenMass - lift : (referenceMass ?? 0);
}

/** Six significant digits: what float32 carries. More would only make equal runs look different. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
