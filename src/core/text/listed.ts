import { t } from '../l10n';

/** "a, b and c". */
export function allOf(items: readonly string[]): string {
  return joined(items, (others, last) => t('{0} and {1}', others, last));
}

/** "a, b or c". */
export function oneOf(items: readonly string[]): string {
  return joined(items, (others, last) => t('{0} or {1}', others, last));
}

function joined(items: readonly string[], join: (others: string, last: string) => string): string {
  const [last = '', ...others] = items.toReversed();
  return others.length === 0 ? last : join(others.toReversed().join(', '), last);
}
