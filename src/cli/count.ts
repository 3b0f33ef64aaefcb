import { grouped } from '../core/l10n';

/** "1 record", "1,432 records": the command line's own, which speaks English alone. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
