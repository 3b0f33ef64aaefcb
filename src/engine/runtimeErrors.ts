const MOST_UNITS = 300;

/** What the runtime says about a failure, fit for people: its first line, without the place in its own source. */
export function runtimeReason(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  const reason = /\bwas false\. (.+)$/.exec(line)?.[1] ?? line.replace(/\S*\.(?:cc|cpp|h):\d+ /, '');
  return (reason || 'it gives no reason').slice(0, MOST_UNITS);
}

export function areNumbers(logprobs: Float32Array): boolean {
  return !logprobs.some((value) => Number.isNaN(value));
}

export function notNumbers(who: string): string {
  return `The ${who} returned values that are not numbers for this record; its weights may be damaged or overflow in half precision.`;
}
