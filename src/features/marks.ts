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

/** All marks of a file, in its order. Adjacent tokens of one kind and band share a mark. */
export function marksOf(analysis: FileAnalysis): Mark[] {
  return analysis.records.flatMap((entry) => recordMarks(entry, analysis.project.threshold));
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

function recordMarks(entry: RecordAnalysis, threshold: number): Mark[] {
  const runs: { start: number; end: number; kind: LeakKind; band: Band; lift: number }[] = [];
  for (const { start, end, kind, lift } of worstByPosition(entry.leaks)) {
    const band = bandOf(lift, threshold);
    if (band === null) {
      continue;
    }
    const last = runs.at(-1);
    if (last && last.end === start && start < end && last.kind === kind && last.band === band) {
      last.end = end;
      last.lift = Math.max(last.lift, lift);
    } else {
      runs.push({ start, end, kind, band, lift });
    }
  }
  return runs.map((run) => {
    const [start, end] = entry.spanOf(run);
    return { ...run, start, end };
  });
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
