import { count } from '../core/report/closingWords';
import type { Leak } from '../core/score/leak';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';

/** Words and numbers about leaks that several surfaces show alike. */

/** A probability, or another quantity of that size, in three digits. */
export function share(value: number): string {
  const size = Math.abs(value);
  return size > 0 && size < 0.0005 ? '< 0.001' : value.toFixed(3);
}

/** Shortens on whole characters. */
export function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** What a scan found, in a few words. */
export function resultText(analysis: FileAnalysis): string {
  const { totals } = analysis.tally();
  const failed = analysis.failed > 0 ? [`${count(analysis.failed, 'record')} not scored`] : [];
  if (totals.leaks === 0) {
    return [`no leaks in ${count(totals.records, 'record')}`, ...failed].join(' · ');
  }
  const leaking = analysis.records.filter(({ leaks }) => leaks.length > 0).length;
  return [
    `${count(totals.leaks, 'leak')} in ${count(leaking, 'record')}`,
    count(totals.leakingFacts, 'fact'),
    ...(totals.stated > 0 ? [`${totals.stated} stated`] : []),
    ...failed,
  ].join(' · ');
}

/** The leak with the highest lift. */
export function worstOf(leaks: readonly Leak[]): Leak | undefined {
  return leaks.reduce<Leak | undefined>((worst, leak) => (worst && worst.lift >= leak.lift ? worst : leak), undefined);
}

/**
 * Start of what is worth colouring in text[start, end): a token's leading white space belongs to it but says nothing.
 * A token of nothing but white space is coloured as it is.
 */
export function withoutLeadingSpace(text: string, start: number, end: number): number {
  const letters = text.slice(start, end).search(/\S/u);
  return letters < 0 ? start : start + letters;
}

/** UTF-16 range in the document of the predicted token, without its leading white space. */
export function spanOf(entry: RecordAnalysis, leak: Leak): readonly [start: number, end: number] {
  return entry.toDocument(withoutLeadingSpace(entry.record.text, leak.start, leak.end), leak.end);
}
