/** Highlights of the file that is typed in. */
export const HIGHLIGHTS = 100_000;

/** Rounds of each way; the first one warms up and does not count. */
export const ROUNDS = 4;

/** A stretch of typing in the file with all its highlights, or in the same file as nobody has scanned it. */
export interface Turn {
  readonly name: string;
  readonly round: number;
  readonly scored: boolean;
}

/** Both ways take turns, so that whatever else the machine does hits both alike. */
export function turns(): readonly Turn[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    (round % 2 === 0 ? [true, false] : [false, true]).map((scored) => ({
      name: `${scored ? 'scored' : 'bare'}-${round}`,
      round,
      scored,
    })),
  ).flat();
}
