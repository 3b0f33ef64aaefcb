import { grouped, plural, t } from '../l10n';

/** The pace is that of the last so many milliseconds: cached records come fast, long ones slowly. */
const WINDOW_MS = 15_000;

/** Before this nothing can be said. */
const SETTLE_MS = 1500;

interface Sample {
  readonly at: number;
  readonly fraction: number;
  readonly tokens: number;
}

export interface Pace {
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** How fast a scan goes of late, and when it will be done at that. */
export class ScanPace {
  #samples: Sample[] = [];

  /**
   * @param at any clock, in milliseconds
   * @param fraction of the whole that is done, 0 to 1
   * @param tokens scored so far
   */
  add(at: number, fraction: number, tokens: number): void {
    this.#samples.push({ at, fraction, tokens });
    // The newest sample from before the window is where the window begins.
    const begin = this.#samples.findLastIndex((sample) => sample.at <= at - WINDOW_MS);
    if (begin > 0) {
      this.#samples.splice(0, begin);
    }
  }

  /** Null where there is nothing to go by yet. */
  get pace(): Pace | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < SETTLE_MS) {
      return null;
    }
    const seconds = (last.at - first.at) / 1000;
    const advance = last.fraction - first.fraction;
    return advance > 0
      ? {
          tokensPerSecond: Math.max(0, last.tokens - first.tokens) / seconds,
          secondsLeft: ((1 - last.fraction) / advance) * seconds,
        }
      : null;
  }
}

/** "3,400 tokens/s, about 2 minutes left". */
export function paceWords({ tokensPerSecond, secondsLeft }: Pace): string {
  return t('{0} tokens/s, about {1} left', grouped(Math.round(tokensPerSecond)), durationWords(secondsLeft));
}

function durationWords(seconds: number): string {
  if (seconds < 55) {
    return plural(Math.max(5, 5 * Math.round(seconds / 5)), '{0} second', '{0} seconds');
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) {
    return plural(minutes, '{0} minute', '{0} minutes');
  }
  return plural(Math.round(minutes / 60), '{0} hour', '{0} hours');
}
