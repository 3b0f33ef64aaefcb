const collator = new Intl.Collator('en', { numeric: true });

/** Order in which people count: step-9 comes before step-10. The same everywhere, and never 0 for different texts. */
export function compareNaturally(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
