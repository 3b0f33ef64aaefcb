import { decimal, grouped } from '../src/core/l10n';
import { share } from '../src/core/report/share';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Shown for what there is no number for. */
export const NO_NUMBER = '–';

/**
 * A probability in a cell of a table: the digits of every other surface, but where those say "< 0.001" on to the smallest, with two significant
 * digits and a power of ten below 0.00001.
 */
export function probability(p: number): string {
  if (!Number.isFinite(p)) {
    return NO_NUMBER;
  }
  const value = clamp(p, 0, 1);
  if (value === 0 || value >= 0.0005) {
    return share(value);
  }
  return value >= 0.00000995 ? decimal(plainDecimal(value, 2)) : powerOfTen(value);
}

/** "#3", "#12,345". */
export function rankLabel(rank: number): string {
  return `#${count(rank)}`;
}

/** A whole number with thousands separated. */
export function count(n: number): string {
  return grouped(Math.round(n));
}

/** An integer as an exponent. */
export function superscript(n: number): string {
  return String(n)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? digit);
}

/** An entropy or divergence given in nats, as a number of nats. Rounding noise below zero counts as zero. */
export function inNats(nats: number): string {
  return information(nats);
}

/** The same quantity as a number of bits (1 bit = ln 2 nats). */
export function inBits(nats: number): string {
  return information(nats / Math.LN2);
}

/** "1", "0.35", "2.5": at most three significant digits. */
export function temperatureLabel(temperature: number): string {
  return trimZeros(plainDecimal(temperature, 3));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function information(value: number): string {
  if (!Number.isFinite(value)) {
    // KL is infinite where the other model rules a token out altogether.
    return value === Number.POSITIVE_INFINITY ? '∞' : NO_NUMBER;
  }
  const size = Math.max(0, value);
  if (size > 0 && size < 0.0005) {
    return `<${decimal(0.001)}`;
  }
  return decimal(size.toFixed(size >= 9.9995 ? 2 : 3));
}

/** `toPrecision` without its exponents. */
function plainDecimal(value: number, digits: number): string {
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const rounded = Number(value.toPrecision(digits));
  return rounded.toFixed(clamp(decimals - (rounded >= 10 ** (digits - decimals) ? 1 : 0), 0, 20));
}

function trimZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

function powerOfTen(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential(0).split('e');
  return `${digits}×10${superscript(Number(exponent))}`;
}
