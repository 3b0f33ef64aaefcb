/** Highlights of the file that is typed in. */
export const HIGHLIGHTS = 100_000;

/** Rounds of each way; the first one warms up and does not count. */
export const ROUNDS = 4;

/** The file with all its highlights, the same with the Leaks view on the screen, or the same file as nobody has scanned it. */
export const WAYS = ['100k', '100k_leaks_view', 'bare'] as const;

export type Way = (typeof WAYS)[number];

/** A stretch of typing in the file. */
export interface Turn {
  readonly name: string;
  readonly round: number;
  readonly way: Way;
}

/** The ways take turns, so that whatever else the machine does hits all alike. */
export function turns(): readonly Turn[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    (round % 2 === 0 ? WAYS : WAYS.toReversed()).map((way) => ({ name: `${way}-${round}`, round, way })),
  ).flat();
}
