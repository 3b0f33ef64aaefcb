import { scaleLinear, scaleLog } from 'd3-scale';
import { decimal, t } from '../../src/core/l10n';
import { LEAK_KINDS } from '../../src/core/report/leakWords';
import type { LiftBin } from '../../src/core/report/liftHistogram';
import { count } from '../numbers';

interface LiftHistogramProps {
  readonly bins: readonly LiftBin[];
  readonly threshold: number;
}

/** In the drawing's own units; it is stretched to the page's width, except for the text, which stands beside it. */
const WIDTH = 600;
const HEIGHT = 120;

const TICKS = [0.001, 0.01, 0.1, 1];

/** How often lifts of each size occur, with the threshold; the same as a table for those who do not see it. */
export function LiftHistogram({ bins, threshold }: LiftHistogramProps) {
  const [low, high] = [bins[0]?.from ?? 0.001, bins.at(-1)?.to ?? 1];
  const x = scaleLog().domain([low, high]).range([0, WIDTH]);
  const tallest = Math.max(1, ...bins.map(({ shadow, stated }) => shadow + stated));
  const y = scaleLinear().domain([0, tallest]).nice(3).range([0, HEIGHT]);
  const [, end = tallest] = y.domain();
  const above = bins.filter(({ to }) => to > threshold).reduce((sum, bin) => sum + bin.shadow + bin.stated, 0);
  const inPercent = (at: number) => `${((100 * x(at)) / WIDTH).toFixed(3)}%`;
  return (
    <figure class="histogram">
      <div class="drawing">
        <span class="top">{count(end)}</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t(
            'Histogram of lifts from {0} to {1}: about {2} at or above the threshold of {3}. The table below has the numbers.',
            decimal(low),
            decimal(high),
            count(above),
            decimal(threshold),
          )}
        >
          {bins.map(({ from, to, shadow, stated }) => (
            <g key={from} class={to <= threshold ? 'under' : 'over'}>
              <Bar left={x(from)} right={x(to)} bottom={0} top={y(stated)} kind="stated" />
              <Bar left={x(from)} right={x(to)} bottom={y(stated)} top={y(stated + shadow)} kind="shadow" />
            </g>
          ))}
          <line class="base" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
          <line class="threshold" x1={x(threshold)} x2={x(threshold)} y1={0} y2={HEIGHT} />
        </svg>
        <span class="mark" style={{ insetInlineStart: inPercent(threshold) }} aria-hidden="true">
          {t('threshold {0}', decimal(threshold))}
        </span>
        <div class="ticks" aria-hidden="true">
          {TICKS.map((tick) => (
            <span key={tick} style={{ insetInlineStart: inPercent(tick) }}>
              {decimal(tick)}
            </span>
          ))}
        </div>
      </div>
      <figcaption class="key" aria-hidden="true">
        <span>
          <i class="swatch shadow" /> {LEAK_KINDS.shadow}
        </span>
        <span>
          <i class="swatch stated" /> {LEAK_KINDS.stated}
        </span>
        <span class="axis-name">{t('lift of a fact at a token')}</span>
      </figcaption>
      <details>
        <summary>{t('As a table')}</summary>
        <table class="plain">
          <caption class="visually-hidden">{t('Lifts by size')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('Lift from')}</th>
              <th scope="col">{t('to')}</th>
              <th scope="col">{t('Shadow')}</th>
              <th scope="col">{t('Stated')}</th>
            </tr>
          </thead>
          <tbody>
            {bins
              .filter(({ shadow, stated }) => shadow + stated > 0)
              .map(({ from, to, shadow, stated }) => (
                <tr key={from}>
                  <th scope="row">{decimal(from.toPrecision(2))}</th>
                  <td>{decimal(to.toPrecision(2))}</td>
                  <td>{count(shadow)}</td>
                  <td>{count(stated)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

interface BarProps {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly kind: 'shadow' | 'stated';
}

function Bar({ left, right, bottom, top, kind }: BarProps) {
  return top > bottom ? (
    <rect class={kind} x={left + 0.75} width={right - left - 1.5} y={HEIGHT - top} height={top - bottom} />
  ) : null;
}
