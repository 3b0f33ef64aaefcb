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
