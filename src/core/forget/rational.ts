/** An exact number: `numerator / denominator` in lowest terms, the denominator positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Digits that a number may have where it is written, in a text or in a template. */
export const MAX_DIGITS = 60;
/** Greatest exponent, either way. */
export const MAX_EXPONENT = 64;
/** Decimal places of a result. */
export const MAX_PLACES = 12;

/** Numbers with more digits than this are given up: operations on them would take ever longer. */
const LIMIT = 10n ** 400n;
const SCALE = 10n ** BigInt(MAX_PLACES);
const NUMBER = /^[+\-\u2212]?[0-9]+(?:\.[0-9]+)?$/;

/**
 * A number as written: digits, with a sign (also U+2212) and decimal places if there are any, no separators between thousands. Null for
 * anything else and for more than {@link MAX_DIGITS} digits.
 */
export function parseRational(text: string): Rational | null {
  // The length first: nothing below should look at a long text.
  if (text.length > MAX_DIGITS + 2 || !NUMBER.test(text)) {
    return null;
  }
  const [whole = '', places = ''] = text.replace(/^[+\-\u2212]/, '').split('.');
  if (whole.length + places.length > MAX_DIGITS) {
    return null;
  }
  const size = BigInt(whole + places);
  return rational(/^[-\u2212]/.test(text) ? -size : size, 10n ** BigInt(places.length));
}

/** A whole number as it is, else a decimal fraction; null where that never ends or has more than {@link MAX_PLACES} places. */
export function formatRational({ numerator, denominator }: Rational): string | null {
  if (denominator === 1n) {
    return numerator.toString();
  }
  if (SCALE % denominator !== 0n) {
    return null;
  }
  const digits = (magnitude(numerator) * (SCALE / denominator)).toString().padStart(MAX_PLACES + 1, '0');
  const places = digits.slice(-MAX_PLACES).replace(/0+$/, '');
  return `${numerator < 0n ? '-' : ''}${digits.slice(0, -MAX_PLACES)}.${places}`;
}

/** In lowest terms; null for a division by zero and for numbers beyond the limit. */
function rational(numerator: bigint, denominator: bigint): Rational | null {
  if (denominator === 0n) {
    return null;
  }
  const divisor = greatestCommonDivisor(magnitude(numerator), magnitude(denominator));
  const sign = denominator < 0n ? -1n : 1n;
  return within((sign * numerator) / divisor, (sign * denominator) / divisor);
}

function within(numerator: bigint, denominator: bigint): Rational | null {
  return magnitude(numerator) < LIMIT && denominator < LIMIT ? { numerator, denominator } : null;
}

export function negate({ numerator, denominator }: Rational): Rational {
  return { numerator: -numerator, denominator };
}

export function abs(a: Rational): Rational {
  return a.numerator < 0n ? negate(a) : a;
}

export function add(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Rational, b: Rational): Rational | null {
  return add(a, negate(b));
}

export function multiply(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function divide(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** What is left of `a` after taking away `b` as often as it goes: has the sign of `b`, as "mod" in mathematics. */
export function modulo(a: Rational, b: Rational): Rational | null {
  const quotient = divide(a, b);
  const taken = quotient && multiply(floor(quotient), b);
  return taken && subtract(a, taken);
}

/** Null unless the exponent is whole and no greater than {@link MAX_EXPONENT} either way. */
export function power(base: Rational, exponent: Rational): Rational | null {
  if (exponent.denominator !== 1n || magnitude(exponent.numerator) > BigInt(MAX_EXPONENT)) {
    return null;
  }
  const { numerator, denominator } = base;
  const times = magnitude(exponent.numerator);
  return exponent.numerator < 0n
    ? rational(denominator ** times, numerator ** times)
    : within(numerator ** times, denominator ** times);
}

export function floor({ numerator, denominator }: Rational): Rational {
  const truncated = numerator / denominator;
  const isBelow = numerator < 0n && truncated * denominator !== numerator;
  return { numerator: isBelow ? truncated - 1n : truncated, denominator: 1n };
}

export function ceil(a: Rational): Rational {
  return negate(floor(negate(a)));
}

/** To so many decimal places (-{@link MAX_PLACES} to {@link MAX_PLACES}), halves away from zero. */
export function round(a: Rational, places: Rational): Rational | null {
  if (places.denominator !== 1n || magnitude(places.numerator) > BigInt(MAX_PLACES)) {
    return null;
  }
  const scale = power({ numerator: 10n, denominator: 1n }, places);
  const scaled = scale && multiply(abs(a), scale);
  const moved = scaled && add(scaled, { numerator: 1n, denominator: 2n });
  const size = scale && moved && divide(floor(moved), scale);
  return size && (a.numerator < 0n ? negate(size) : size);
}

export function isLess(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Euclid; neither may be negative. */
function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [large, small] = [a, b];
  while (small !== 0n) {
    [large, small] = [small, large % small];
  }
  return large;
}
