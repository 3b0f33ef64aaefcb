/** How bad a leak is, by its lift. Fixed, so that a colour means the same in every file. */
export type Band = 'low' | 'medium' | 'high';

const MEDIUM_FROM = 0.1;
const HIGH_FROM = 0.3;

/**
 * The severity band of a lift (a probability): low up to 0.1, medium up to 0.3, high from there; null under the threshold,
 * where it is no leak.
 */
export function bandOf(lift: number, threshold: number): Band | null {
  // Written so that NaN, which compares false with everything, is no leak.
  if (!(lift >= threshold)) {
    return null;
  }
  if (lift >= HIGH_FROM) {
    return 'high';
  }
  return lift >= MEDIUM_FROM ? 'medium' : 'low';
}
