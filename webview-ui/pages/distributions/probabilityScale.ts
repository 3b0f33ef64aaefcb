import { scaleLinear, scaleLog } from 'd3-scale';
import { decimal } from '../../../src/core/l10n';
import { superscript } from '../../numbers';
import { MODELS } from './models';
import { type PositionView, rowsOf } from './positionView';

export type ScaleKind = 'linear' | 'log';

/** Maps probabilities to lengths, the same for every bar of a table. */
export interface ProbabilityScale {
  readonly kind: ScaleKind;
  /** Length in [0, 1]; probabilities outside the domain are clipped. */
  at(p: number): number;
  /** Whether a bar for `p` is cut off at the right end. */
  clips(p: number): boolean;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Right ends of linear scales: few, so that the scale seldom changes from one token to the next. */
const LINEAR_ENDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
/** Log scales reach down to the smallest probability shown, but at least to 10⁻⁴ and at most to 10⁻¹⁰. */
const LOG_START_MAX = -4;
const LOG_START_MIN = -10;

export function probabilityScale(kind: ScaleKind, shown: readonly number[]): ProbabilityScale {
  return kind === 'linear' ? linear(shown) : log(shown);
}

/** One scale for all bars of a position. */
export function viewScale(kind: ScaleKind, view: PositionView): ProbabilityScale {
  return probabilityScale(
    kind,
    rowsOf(view).flatMap((row) => MODELS.flatMap((model) => row[model]?.p ?? [])),
  );
}

function linear(shown: readonly number[]): ProbabilityScale {
  const largest = shown.reduce((a, b) => Math.max(a, b), 0);
  const end = LINEAR_ENDS.find((candidate) => largest <= candidate) ?? 1;
  const scale = scaleLinear().domain([0, end]).range([0, 1]).clamp(true);
  return {
    kind: 'linear',
    at: (p) => scale(p),
    clips: (p) => p > end,
    ticks: [0, end / 2, end].map((p) => ({ at: scale(p), label: decimal(p) })),
  };
}

function log(shown: readonly number[]): ProbabilityScale {
  const smallest = shown.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), 1);
  const decade = Math.floor(Math.log10(smallest));
  // An even number of decades, so that the middle tick is a power of ten.
  const start = Math.max(LOG_START_MIN, Math.min(LOG_START_MAX, decade - (Math.abs(decade) % 2)));
  const scale = scaleLog()
    .domain([10 ** start, 1])
    .range([0, 1])
    .clamp(true);
  return {
    kind: 'log',
    // The logarithm of 0 is nowhere on the scale: no bar.
    at: (p) => (p > 0 ? scale(p) : 0),
    clips: () => false,
    ticks: [start, start / 2, 0].map((exponent) => ({ at: scale(10 ** exponent), label: logLabel(exponent) })),
  };
}

/** 1, 0.001, 10⁻⁴ ... */
function logLabel(exponent: number): string {
  return exponent >= -3 ? decimal(10 ** exponent) : `10${superscript(exponent)}`;
}
