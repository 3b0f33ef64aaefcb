import { decimal, t } from '../core/l10n';
import type { ModelRole } from '../protocol/engine';

const MOST_UNITS = 300;

/** How the runtime and JavaScript say that memory ran out; the runtime tells how many bytes it asked for. */
const NO_MEMORY =
  /Failed to allocate memory(?: for requested buffer of size (?<bytes>\d+))?|bad_alloc|Array buffer allocation failed/;

/** What the runtime says about a failure, fit for people: its first line, without the place in its own source. */
export function runtimeReason(error: unknown): string {
  const line = firstLine(error);
  const memory = NO_MEMORY.exec(line);
  if (memory !== null) {
    const gigabytes = Number(memory.groups?.bytes ?? 0) / 1e9;
    return gigabytes >= 0.1
      ? t('memory ran out: {0} GB were asked for at once', decimal(gigabytes.toFixed(1)))
      : t('memory ran out');
  }
  const reason = /\bwas false\. (.+)$/.exec(line)?.[1] ?? line.replace(/\S*\.(?:cc|cpp|h):\d+ /, '');
  return (reason || t('it gives no reason')).slice(0, MOST_UNITS);
}

/** What to do about a failure: `otherwise`, unless memory ran out. A sentence. */
export function runtimeMend(error: unknown, otherwise: string): string {
  return NO_MEMORY.test(firstLine(error)) ? t('Use a smaller or quantised model, or free memory.') : otherwise;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

export function areNumbers(logprobs: Float32Array): boolean {
  return !logprobs.some((value) => Number.isNaN(value));
}

/** Said of a record for which a model's probabilities are no numbers. */
export function notNumbers(role: ModelRole): string {
  switch (role) {
    case 'teacher':
      return t(
        'The teacher returned values that are not numbers for this record; its weights may be damaged or overflow in half precision.',
      );
    case 'student':
      return t(
        'The student returned values that are not numbers for this record; its weights may be damaged or overflow in half precision.',
      );
    case 'reference':
      return t(
        'The reference returned values that are not numbers for this record; its weights may be damaged or overflow in half precision.',
      );
  }
}
