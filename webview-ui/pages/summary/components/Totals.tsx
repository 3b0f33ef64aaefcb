import { decimal, t } from '../../../../src/core/l10n';
import type { SummarySnapshot } from '../../../../src/protocol/summary';
import { Figures } from '../../../components/Figures';
import { count } from '../../../numbers';

/** The figures that come first. */
export function Totals({ totals }: { readonly totals: SummarySnapshot['totals'] }) {
  const { shadow, stated, positions, tokens } = totals;
  const figures: readonly (readonly [term: string, figure: string, detail: string])[] = [
    [t('Facts that leak'), count(totals.leakingFacts), t('of {0}', count(totals.facts))],
    [t('Leaks'), count(shadow + stated), t('{0} shadow, {1} stated', count(shadow), count(stated))],
    [t('Records that leak'), count(totals.leakingRecords), t('of {0}', count(totals.records))],
    [
      t('Places that leak'),
      count(positions),
      tokens === 0 ? '' : t('{0} per {1} tokens', decimal(((10_000 * positions) / tokens).toFixed(1)), count(10_000)),
    ],
    [t('Files'), count(totals.files), totals.files === 1 ? t('in the corpus') : t('of the corpus')],
  ];
  return <Figures figures={figures.map(([term, figure, detail]) => ({ term, figure, detail }))} />;
}
