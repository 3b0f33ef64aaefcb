/** What the process says when it ends; part of the interface, see `seep scan --help`. */
export const EXIT = {
  /** Nothing at or above `--fail-on`. */
  clean: 0,
  leaks: 1,
  /** Wrong usage, configuration or model. */
  error: 2,
  /** Some records could not be scored. Wins over `leaks`: whoever tolerates known leaks must still hear of it. */
  incomplete: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Which leaks make a run end with {@link EXIT.leaks}. */
export const FAIL_ON = ['none', 'stated', 'any'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export function exitCodeOf(
  failOn: FailOn,
  { leaks, stated }: { readonly leaks: number; readonly stated: number },
  isIncomplete: boolean,
): ExitCode {
  const counted = { none: 0, stated, any: leaks }[failOn];
  return isIncomplete ? EXIT.incomplete : counted > 0 ? EXIT.leaks : EXIT.clean;
}
