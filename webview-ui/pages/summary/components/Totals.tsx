import type { SummarySnapshot } from '../../../../src/protocol/summary';
import { Figures } from '../../../components/Figures';
import { count } from '../../../numbers';

/** The figures that come first. */
export function Totals({ totals }: { readonly totals: SummarySnapshot['totals'] }) {
  const { shadow, stated, positions, tokens } = totals;
  const figures: readonly (readonly [term: string, figure: string, detail: string])[] = [
    ['Facts that leak', count(totals.leakingFacts), `of ${count(totals.facts)}`],
    ['Leaks', count(shadow + stated), `${count(shadow)} shadow, ${count(stated)} stated`],
    ['Records that leak', count(totals.leakingRecords), `of ${count(totals.records)}`],
    [
      'Places that leak',
      count(positions),
      tokens === 0 ? '' : `${((10_000 * positions) / tokens).toFixed(1)} per 10,000 tokens`,
    ],
    ['Files', count(totals.files), totals.files === 1 ? 'in the corpus' : 'of the corpus'],
  ];
  return <Figures figures={figures.map(([term, figure, detail]) => ({ term, figure, detail }))} />;
}
