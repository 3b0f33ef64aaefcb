import { comparisonWords } from './comparisonWords';
import type { Summary } from './summary';
import type { FactTotals, Totals } from './tally';

/** What closing words need to know beyond the summary. */
export interface Counted {
  readonly totals: Totals;
  readonly facts: readonly FactTotals[];
}

/**
 * What a scan found, in plain words, one sentence or a few on one subject an item. Holds no fact text and no corpus text.
 */
export function closingWords(summary: Summary, { totals, facts }: Counted): string[] {
  const { verdict } = summary;
  return [
    headline(summary, totals),
    `Verdict: ${verdict.words}`,
    ...(totals.leaks === 0 ? [NO_PROOF] : []),
    ...termsOf(summary, facts),
  ];
}

/** What decisions set aside, and on what terms the figures of a report hold. */
export function termsOf(
  summary: Pick<
    Summary,
    | 'decided'
    | 'reference'
    | 'comparison'
    | 'onPolicy'
    | 'threshold'
    | 'calibrated'
    | 'expectedFalseFlagsPer1000'
    | 'incomplete'
  >,
  facts: readonly FactTotals[],
): string[] {
  const { incomplete } = summary;
  const compared = comparisonWords(summary.comparison);
  return [
    ...decidedWords(summary.decided),
    ...referenceWords(summary.reference, facts),
    ...(compared === null ? [] : [compared]),
    ...(summary.onPolicy ? [ON_POLICY] : []),
    thresholdWords(summary),
    ...(incomplete.length > 0 ? [`Incomplete: ${count(incomplete.length, 'place')} could not be scored.`] : []),
  ];
}

/** What decisions did to the count, and what they did not. */
function decidedWords(decided: Summary['decided']): string[] {
  if (decided === null) {
    return [];
  }
  const { ignored, masked, reviewed, toDrop, notFound } = decided;
  const open = [
    ...(masked > 0 ? [`${grouped(masked)} masked`] : []),
    ...(toDrop > 0 ? [`${grouped(toDrop)} left out of exports`] : []),
    ...(reviewed > 0 ? [`${grouped(reviewed)} reviewed`] : []),
  ];
  return [
    ...(ignored > 0 ? [`Ignored by decision, and not counted: ${count(ignored, 'leak')}.`] : []),
    ...(open.length > 0 ? [`Of the leaks counted ${open.join(', ')} by decision; they are still in the text.`] : []),
    ...(notFound > 0 ? [`${count(notFound, 'decision')} on texts that are not here.`] : []),
  ];
}

/** Said where nothing leaks. */
export const NO_PROOF =
  'That is no proof of safety: Seep finds only what the forget set names, in these texts, at temperature 1.';

/** Said where `onPolicy` is set. */
export const ON_POLICY =
  "On-policy: the texts count as the student's own, so exposure takes the teacher's word for the rest of an answer.";

function headline(summary: Summary, totals: Totals): string {
  const records = count(totals.records, 'record');
  if (totals.leaks === 0) {
    const ignored = (summary.decided?.ignored ?? 0) > 0 ? ' but for what is ignored' : '';
    return `No leak in ${records}${ignored}: no fact of ${grouped(summary.facts.length)} reaches a lift of ${summary.threshold}.`;
  }
  const facts = `${grouped(totals.leakingFacts)} of ${count(summary.facts.length, 'fact')}`;
  const verb = totals.leakingFacts === 1 ? 'leaks' : 'leak';
  const kinds =
    totals.shadow === 0
      ? ', all stated by the text itself'
      : totals.stated === 0
        ? ", none stated by the text: this is the teacher's doing"
        : ` (${count(totals.stated, 'leak')} stated by the text itself, ${grouped(totals.shadow)} the teacher's doing)`;
  return `${facts} ${verb} through ${count(totals.positions, 'position')} of ${records}${kinds}.`;
}

/** What lift is measured against, and for which leaks there is nothing to measure against. */
export function referenceWords(reference: Summary['reference'], facts: readonly FactTotals[]): string[] {
  const bare = facts.filter(({ unreferenced }) => unreferenced > 0).length;
  switch (reference) {
    case 'model':
      return [
        'Lift is measured against the reference model.',
        ...(bare > 0
          ? [
              `For ${count(bare, 'leaking fact')} there is nothing to measure against: classes of tokens are not compared with a model that has another tokenizer.`,
            ]
          : []),
      ];
    case 'swap':
      return [
        "Lift is measured against the teacher itself, reading the same text with other subjects in place of the fact's own.",
        ...(bare > 0
          ? [
              `For ${count(bare, 'leaking fact')} there is no other subject to put in: an answer that anybody would guess counts as a leak of ${bare === 1 ? 'it' : 'them'}.`,
            ]
          : []),
      ];
    case 'none':
      return ['No reference: an answer that anybody would guess here counts as a leak too.'];
  }
}

/** Where the threshold comes from and what it costs. */
export function thresholdWords({
  threshold,
  calibrated,
  expectedFalseFlagsPer1000: flags,
}: Pick<Summary, 'threshold' | 'calibrated' | 'expectedFalseFlagsPer1000'>): string {
  if (!calibrated) {
    return `The threshold of ${threshold} is not calibrated on this data.`;
  }
  return flags === null
    ? `The threshold of ${threshold} is calibrated on this data.`
    : `The threshold of ${threshold} is calibrated on this data: expect about ${Number(flags.toPrecision(2))} false flags per 1,000 tokens.`;
}

/** "1 record", "1,432 records". */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A whole number with commas between thousands. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
