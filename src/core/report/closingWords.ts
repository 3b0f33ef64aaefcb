import { decimal, grouped, plural, t } from '../l10n';
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
    verdictLine(verdict),
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
    ...(incomplete.length > 0
      ? [
          plural(
            incomplete.length,
            'Incomplete: {0} place could not be scored.',
            'Incomplete: {0} places could not be scored.',
          ),
        ]
      : []),
  ];
}

/** What decisions did to the count, and what they did not. */
function decidedWords(decided: Summary['decided']): string[] {
  if (decided === null) {
    return [];
  }
  const { ignored, masked, reviewed, toDrop, notFound } = decided;
  const open = [
    ...(masked > 0 ? [t('{0} masked', grouped(masked))] : []),
    ...(toDrop > 0 ? [t('{0} left out of exports', grouped(toDrop))] : []),
    ...(reviewed > 0 ? [t('{0} reviewed', grouped(reviewed))] : []),
  ];
  return [
    ...(ignored > 0
      ? [
          plural(
            ignored,
            'Ignored by decision, and not counted: {0} leak.',
            'Ignored by decision, and not counted: {0} leaks.',
          ),
        ]
      : []),
    ...(open.length > 0
      ? [t('Of the leaks counted {0} by decision; they are still in the text.', open.join(', '))]
      : []),
    ...(notFound > 0
      ? [plural(notFound, '{0} decision on texts that are not here.', '{0} decisions on texts that are not here.')]
      : []),
  ];
}

/** Said where nothing leaks. */
export const NO_PROOF = t(
  'That is no proof of safety: Seep finds only what the forget set names, in these texts, at temperature 1.',
);

/** The verdict as one line among others. */
export function verdictLine({ words }: Summary['verdict']): string {
  return t('Verdict: {0}', words);
}

/** Said where `onPolicy` is set. */
export const ON_POLICY = t(
  "On-policy: the texts count as the student's own, so exposure takes the teacher's word for the rest of an answer.",
);

function headline(summary: Summary, totals: Totals): string {
  if (totals.leaks === 0) {
    return (summary.decided?.ignored ?? 0) > 0
      ? plural(
          totals.records,
          'No leak in {0} record but for what is ignored: no fact of {1} reaches a lift of {2}.',
          'No leak in {0} records but for what is ignored: no fact of {1} reaches a lift of {2}.',
          grouped(summary.facts.length),
          decimal(summary.threshold),
        )
      : plural(
          totals.records,
          'No leak in {0} record: no fact of {1} reaches a lift of {2}.',
          'No leak in {0} records: no fact of {1} reaches a lift of {2}.',
          grouped(summary.facts.length),
          decimal(summary.threshold),
        );
  }
  const where = plural(
    totals.records,
    '{1} of {0} record',
    '{1} of {0} records',
    plural(totals.positions, '{0} position', '{0} positions'),
  );
  const leak = plural(
    totals.leakingFacts,
    '{0} of {1} leaks through {2}',
    '{0} of {1} leak through {2}',
    plural(summary.facts.length, '{0} fact', '{0} facts'),
    where,
  );
  if (totals.shadow === 0) {
    return t('{0}, all stated by the text itself.', leak);
  }
  return totals.stated === 0
    ? t("{0}, none stated by the text: this is the teacher's doing.", leak)
    : plural(
        totals.stated,
        "{1} ({0} leak stated by the text itself, {2} the teacher's doing).",
        "{1} ({0} leaks stated by the text itself, {2} the teacher's doing).",
        leak,
        grouped(totals.shadow),
      );
}

/** What lift is measured against, and for which leaks there is nothing to measure against. */
export function referenceWords(reference: Summary['reference'], facts: readonly FactTotals[]): string[] {
  const bare = facts.filter(({ unreferenced }) => unreferenced > 0).length;
  switch (reference) {
    case 'model':
      return [
        t('Lift is measured against the reference model.'),
        ...(bare > 0
          ? [
              plural(
                bare,
                'For {0} leaking fact there is nothing to measure against: classes of tokens are not compared with a model that has another tokenizer.',
                'For {0} leaking facts there is nothing to measure against: classes of tokens are not compared with a model that has another tokenizer.',
              ),
            ]
          : []),
      ];
    case 'swap':
      return [
        t(
          "Lift is measured against the teacher itself, reading the same text with other subjects in place of the fact's own.",
        ),
        ...(bare > 0
          ? [
              plural(
                bare,
                'For {0} leaking fact there is no other subject to put in: an answer that anybody would guess counts as a leak of it.',
                'For {0} leaking facts there is no other subject to put in: an answer that anybody would guess counts as a leak of them.',
              ),
            ]
          : []),
      ];
    case 'none':
      return [t('No reference: an answer that anybody would guess here counts as a leak too.')];
  }
}

/** Where the threshold comes from and what it costs. */
export function thresholdWords({
  threshold,
  calibrated,
  expectedFalseFlagsPer1000: flags,
}: Pick<Summary, 'threshold' | 'calibrated' | 'expectedFalseFlagsPer1000'>): string {
  if (!calibrated) {
    return t('The threshold of {0} is not calibrated on this data.', decimal(threshold));
  }
  return flags === null
    ? t('The threshold of {0} is calibrated on this data.', decimal(threshold))
    : t(
        'The threshold of {0} is calibrated on this data: expect about {1} false flags per {2} tokens.',
        decimal(threshold),
        decimal(Number(flags.toPrecision(2))),
        grouped(1000),
      );
}
