/**
 * The q-quantile as an order statistic, without interpolation: the smallest of the values that at least the share q of them does not
 * exceed, which is the ceil(q n)-th (nearest rank). NaN without values.
 * @param ascending sorted
 */
export function quantile(ascending: readonly number[], q: number): number {
  const rank = Math.max(1, Math.ceil(q * ascending.length - 1e-9));
  return ascending[rank - 1] ?? Number.NaN;
}
