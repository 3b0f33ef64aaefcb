import { decimal, plural, t } from '../../l10n';
import type { LiftBin } from '../liftHistogram';
import { share } from '../share';
import { escapeHtml } from './escapeHtml';

const BAR = 24;
const HEIGHT = 120;
/** Room for the labels below. */
const LABELS = 22;

/** The lifts of leaks as bars, shadow leaks below stated ones. Its colours are the page's. */
export function histogramSvg(bins: readonly LiftBin[]): string {
  const highest = Math.max(1, ...bins.map(({ shadow, stated }) => shadow + stated));
  const width = BAR * bins.length;
  const scale = HEIGHT / highest;
  const bars = bins.flatMap((bin, index) => {
    const x = index * BAR + 1;
    // A bin with one leak among thousands must be seen.
    const shadow = bin.shadow > 0 ? Math.max(2, bin.shadow * scale) : 0;
    const stated = bin.stated > 0 ? Math.max(2, bin.stated * scale) : 0;
    const title = `<title>${escapeHtml(barWords(bin))}</title>`;
    return [
      ...(shadow > 0 ? [bar('shadow', x, HEIGHT - shadow, shadow, title)] : []),
      ...(stated > 0 ? [bar('stated', x, HEIGHT - shadow - stated, stated, title)] : []),
    ];
  });
  const ticks = [0.001, 0.01, 0.1, 1].map((lift) => {
    const x = ((Math.log10(lift) + 3) / 3) * width;
    const anchor = lift === 0.001 ? 'start' : lift === 1 ? 'end' : 'middle';
    return `<text x="${x.toFixed(1)}" y="${HEIGHT + 16}" text-anchor="${anchor}">${decimal(lift)}</text>`;
  });
  return [
    `<svg role="img" aria-labelledby="histogram-title" viewBox="0 -4 ${width} ${HEIGHT + LABELS + 4}">`,
    `<title id="histogram-title">${escapeHtml(t('Leaks by lift, on a logarithmic axis from {0} to {1}', decimal(0.001), 1))}</title>`,
    ...bars,
    `<line x1="0" y1="${HEIGHT}" x2="${width}" y2="${HEIGHT}"/>`,
    ...ticks,
    '</svg>',
  ].join('\n');
}

/** "0.075 to 0.100". */
export function bounds({ from, to }: LiftBin): string {
  return t('{0} to {1}', share(from), share(to));
}

function barWords(bin: LiftBin): string {
  const shadow = plural(bin.shadow, '{0} shadow leak', '{0} shadow leaks');
  return t('lift {0}: {1}, {2}', bounds(bin), shadow, plural(bin.stated, '{0} stated leak', '{0} stated leaks'));
}

function bar(kind: string, x: number, y: number, height: number, title: string): string {
  return `<rect class="${kind}" x="${x}" y="${y.toFixed(2)}" width="${BAR - 2}" height="${height.toFixed(2)}">${title}</rect>`;
}
