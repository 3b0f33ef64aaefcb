import { decimal } from '../l10n';
/** A probability, or another quantity of that size, in three digits: the same on every surface of the editor. */
export function share(value: number): string {
  const size = Math.abs(value);
  return size > 0 && size < 0.0005 ? `< ${decimal(0.001)}` : decimal(value.toFixed(3));
}
