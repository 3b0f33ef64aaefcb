import type { CorpusRecord } from '../records/record';
import type { PositionBits } from '../score/leak';
import { rounded } from './leakLine';

/**
 * Divergence that no fact explains counts from here on, in bits: the reference would have had to find what the teacher expects
 * about twice as likely. Below, ordinary differences between two models would drown what matters.
 */
export const UNATTRIBUTED_FLOOR = 1;

/** Positions told of one record, its largest. */
const PER_RECORD = 3;

/** A position at which the teacher knows something that the forget set does not name. All quantities in bits. */
export interface UnattributedPosition {
  readonly position: number;
  /** UTF-16 range of the predicted token in the record's text. */
  readonly start: number;
  readonly end: number;
  /** Divergence of the reference from the teacher, KL(teacher ‖ reference). */
  readonly kl: number;
  /** The part of it that the facts explain. */
  readonly forgetBits: number;
  /** The rest, at least {@link UNATTRIBUTED_FLOOR}. */
  readonly unattributed: number;
}

/** Totals over all positions that reach {@link UNATTRIBUTED_FLOOR}. */
export interface UnattributedTotals {
  readonly bits: number;
  readonly positions: number;
}

/** Every position whose unattributed divergence reaches the floor, in the order of the text. */
export function unattributedPositions(bits: readonly PositionBits[]): UnattributedPosition[] {
  return bits.flatMap(({ position, start, end, kl, forgetBits }) => {
    const unattributed = kl === null ? 0 : kl - forgetBits;
    return kl !== null && unattributed >= UNATTRIBUTED_FLOOR
      ? [{ position, start, end, kl, forgetBits, unattributed }]
      : [];
  });
}

/** The positions told of a record: its largest, the largest first. */
export function largestUnattributed(bits: readonly PositionBits[]): UnattributedPosition[] {
  return unattributedPositions(bits)
    .sort((a, b) => b.unattributed - a.unattributed || a.position - b.position)
    .slice(0, PER_RECORD);
}

/** One such position as reports give it; the keys in this order. Offsets are UTF-16 units in the record's decoded text. */
export interface UnattributedLine {
  readonly schema: 'seep.unattributed/1';
  /** Relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly record: { readonly index: number; readonly id: string; readonly line: number };
  readonly position: number;
  readonly start: number;
  readonly end: number;
  /** The predicted token's text, as the corpus has it. Empty at the record's end. */
  readonly text: string;
  readonly kl: number;
  readonly forgetBits: number;
  readonly unattributed: number;
}

export function unattributedLine(place: UnattributedPosition, file: string, record: CorpusRecord): UnattributedLine {
  return {
    schema: 'seep.unattributed/1',
    file,
    record: { index: record.index, id: record.id, line: record.line },
    position: place.position,
    start: place.start,
    end: place.end,
    text: record.text.slice(place.start, place.end),
    kl: rounded(place.kl),
    forgetBits: rounded(place.forgetBits),
    unattributed: rounded(place.unattributed),
  };
}
