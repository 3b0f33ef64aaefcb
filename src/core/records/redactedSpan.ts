import type { Span } from '../decisions/decision';
import type { LineFormat } from './corpusFormat';

/** How far around a place words are looked for, in UTF-16 units. */
const REACH = 256;

/**
 * What to take out of a text so that a leaking place is gone: the words that it is part of, so that no half of a word is left to
 * guess the rest by, and the answer where it stands there. Null where there is no text to take out.
 * @param place UTF-16 range of a predicted token
 * @param answer what leaks there
 */
export function redactedSpan(text: string, place: Span, answer: string): Span | null {
  const inside = text.slice(place.start, place.end);
  const start = place.start + (inside.length - inside.trimStart().length);
  const end = place.end - (inside.length - inside.trimEnd().length);
  if (start >= end) {
    return null;
  }
  const parts = [...wordsIn(text, { start, end }), ...answersIn(text, { start, end }, answer)];
  return parts.length > 0 ? covering(parts) : { start, end };
}

/** Spans in their order; those that meet or follow on each other become one. */
export function mergedSpans(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) {
      last.end = Math.max(last.end, end);
    } else {
      merged.push({ start, end });
    }
  }
  return merged;
}

/**
 * A text as it is written within a record's text in a file; null where it cannot stand there, because it would part the record or be read
 * as something else.
 * @param file what the record is in; its text starts at the offset `start` there
 */
export function writtenIn(format: LineFormat, text: string, file: string, start: number): string | null {
  switch (format) {
    case 'jsonl':
      return JSON.stringify(text).slice(1, -1);
    case 'text':
      return /[\r\n]/.test(text) ? null : text;
    case 'csv':
    case 'tsv':
      if (file[start - 1] === '"') {
        return text.replaceAll('"', '""');
      }
      // What is not in quotation marks may hold none of what parts cells, and must not become empty.
      return /^$|[",;\t\r\n]/.test(text) ? null : text;
  }
}

/** Where the answer stands and has units of the place. */
function answersIn(text: string, { start, end }: Span, answer: string): Span[] {
  const wanted = answer.toLowerCase();
  const found: Span[] = [];
  for (let at = Math.max(0, start - answer.length + 1); wanted !== '' && at < end; at++) {
    if (text.slice(at, at + answer.length).toLowerCase() === wanted) {
      found.push({ start: at, end: at + answer.length });
    }
  }
  return found;
}

/** The words that have units of the place. */
function wordsIn(text: string, { start, end }: Span): Span[] {
  const from = Math.max(0, start - REACH);
  return [...WORDS.segment(text.slice(from, end + REACH))]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => ({ start: from + index, end: from + index + segment.length }))
    .filter((word) => word.start < end && start < word.end);
}

function covering(spans: readonly Span[]): Span {
  return { start: Math.min(...spans.map((each) => each.start)), end: Math.max(...spans.map((each) => each.end)) };
}

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });
