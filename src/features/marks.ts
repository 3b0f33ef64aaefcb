import { type Band, bandOf } from '../core/score/bands';
import type { Leak, LeakKind } from '../core/score/leak';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';

/** A coloured stretch of a document. */
export interface Mark {
  /** UTF-16 offsets in the document; equal for a leak at a record's end. */
  readonly start: number;
  readonly end: number;
  readonly kind: LeakKind;
  readonly band: Band;
  readonly lift: number;
}

/** Marks of a record, with offsets in its text, by the leaks that they were made of: an edit makes but one record's anew. */
const made = new WeakMap<readonly Leak[], { readonly threshold: number; readonly marks: readonly Mark[] }>();

/** All marks of a file, in its order. Adjacent tokens of one kind and band share a mark. */
export function marksOf({ records, project }: FileAnalysis): Mark[] {
  return marksIn(records, project.threshold);
}

/** The marks of some records of a file. */
export function marksIn(records: readonly RecordAnalysis[], threshold: number): Mark[] {
  return records.flatMap((entry) => marksInText(entry.leaks, threshold).map((mark) => placed(entry, mark)));
}

/**
 * What a scroll bar has room for, of a file that may have far more marks: all of them, or, of each stretch of the file, the worst of either
 * kind.
 */
export function rulerMarks({ records, project: { threshold } }: FileAnalysis, limit: number): Mark[] {
  const count = records.reduce((sum, { leaks }) => sum + marksInText(leaks, threshold).length, 0);
  if (count <= limit) {
    return marksIn(records, threshold);
  }
  const worst = new Map<string, { readonly entry: RecordAnalysis; readonly mark: Mark }>();
  const stretches = Math.max(1, limit >> 1);
  records.forEach((entry, i) => {
    for (const mark of marksInText(entry.leaks, threshold)) {
      const stretch = `${mark.kind} ${Math.floor((i * stretches) / records.length)}`;
      if (mark.lift > (worst.get(stretch)?.mark.lift ?? 0)) {
        worst.set(stretch, { entry, mark });
      }
    }
  });
  return [...worst.values()].map(({ entry, mark }) => placed(entry, mark));
}

/** The leak that gives each position its colour: the one with the highest lift. By position. */
export function worstByPosition(leaks: readonly Leak[]): readonly Leak[] {
  const worst = new Map<number, Leak>();
  for (const leak of leaks) {
    if (leak.lift > (worst.get(leak.position)?.lift ?? Number.NEGATIVE_INFINITY)) {
      worst.set(leak.position, leak);
    }
  }
  return [...worst.values()].sort((a, b) => a.position - b.position);
}

function placed(entry: RecordAnalysis, mark: Mark): Mark {
  const [start, end] = entry.spanOf(mark);
  return { ...mark, start, end };
}

function marksInText(leaks: readonly Leak[], threshold: number): readonly Mark[] {
  const known = made.get(leaks);
  if (known?.threshold === threshold) {
    return known.marks;
  }
  const marks: { start: number; end: number; kind: LeakKind; band: Band; lift: number }[] = [];
  for (const { start, end, kind, lift } of worstByPosition(leaks)) {
    const band = bandOf(lift, threshold);
    if (band === null) {
      continue;
    }
    const last = marks.at(-1);
    if (last && last.end === start && start < end && last.kind === kind && last.band === band) {
      last.end = end;
      last.lift = Math.max(last.lift, lift);
    } else {
      marks.push({ start, end, kind, band, lift });
    }
  }
  made.set(leaks, { threshold, marks });
  return marks;
}

/** Chooses at most `limit` marks: those in the ranges on the screen first, then by falling lift. */
export function choose(
  marks: readonly Mark[],
  limit: number,
  visible: readonly (readonly [start: number, end: number])[],
): readonly Mark[] {
  if (marks.length <= limit) {
    return marks;
  }
  const seen = (mark: Mark) => visible.some(([start, end]) => mark.end >= start && mark.start <= end);
  return marks
    .map((mark) => ({ mark, seen: seen(mark) }))
    .sort((a, b) => Number(b.seen) - Number(a.seen) || b.mark.lift - a.mark.lift)
    .slice(0, limit)
    .map(({ mark }) => mark);
}
