import { t } from '../../../src/core/l10n';
import { BANDED_LEAKS } from '../../../src/core/report/leakWords';
import { share } from '../../../src/core/report/share';
import { type Band, bandOf } from '../../../src/core/score/bands';
import type { Leak } from '../../../src/core/score/leak';
import type { PanelSnapshot } from '../../../src/protocol/panel';
import { spoken } from '../../visibleText';

/** The worst leak of one position. */
export interface Mark {
  readonly band: Band;
  readonly leak: Leak;
  /** Number of facts that leak at the position. */
  readonly facts: number;
}

export interface StripToken {
  readonly position: number;
  /** Text that no token covers, between the token before and this one. */
  readonly gap: string;
  /** What this token adds to the text; '' where it has no characters of its own. */
  readonly text: string;
  /** `part`: further bytes of a character that an earlier token shows; `end`: behind the record's last character. */
  readonly kind: 'text' | 'part' | 'end';
}

/** A stretch of the record's tokens to draw, with the number of those left out on either side. */
export interface StripWindow {
  readonly tokens: readonly StripToken[];
  readonly before: number;
  readonly after: number;
}

/** Most tokens that are drawn at a time, and the steps in which the window moves. */
export const WINDOW_TOKENS = 400;
const WINDOW_STEP = 200;

/**
 * The tokens around `position`: all of a short record, else {@link WINDOW_TOKENS} in a window that moves in steps, so that the
 * text stands still while one goes from token to token. At least 100 tokens are on either side where the record has them.
 */
export function stripWindow(snapshot: PanelSnapshot, position: number): StripWindow {
  const { spans, firstPosition } = snapshot.inspection;
  const index = Math.min(Math.max(0, position - firstPosition), Math.max(0, spans.length - 1));
  const from =
    spans.length <= WINDOW_TOKENS ? 0 : Math.max(0, Math.floor((index - WINDOW_STEP / 2) / WINDOW_STEP) * WINDOW_STEP);
  const to = Math.min(spans.length, from + WINDOW_TOKENS);
  let shown = from === 0 ? 0 : (spans[from - 1]?.[1] ?? 0);
  const tokens = spans.slice(from, to).map(([start, end], i): StripToken => {
    const gap = snapshot.text.slice(shown, Math.max(shown, start));
    const text = snapshot.text.slice(Math.max(shown, start), Math.max(shown, end));
    shown = Math.max(shown, end);
    const kind = text !== '' ? 'text' : from + i === spans.length - 1 ? 'end' : 'part';
    return { position: firstPosition + from + i, gap, text, kind };
  });
  return { tokens, before: from, after: spans.length - to };
}

/** The worst leak of every position that has one. */
export function marksOf(leaks: readonly Leak[], threshold: number): ReadonlyMap<number, Mark> {
  const marks = new Map<number, Mark>();
  for (const leak of leaks) {
    const band = bandOf(leak.lift, threshold);
    if (band === null) {
      continue;
    }
    const known = marks.get(leak.position);
    const worst = known === undefined || leak.lift > known.leak.lift ? { band, leak } : known;
    marks.set(leak.position, { band: worst.band, leak: worst.leak, facts: (known?.facts ?? 0) + 1 });
  }
  return marks;
}

/** What leaks at a token, in words: "high shadow leak of dc-017 and 1 more, teacher 45 %, lift 40 %". */
export function markWords({ band, leak, facts }: Mark): string {
  const leaking = [spoken(leak.fact), ...(facts > 1 ? [t('and {0} more', facts - 1)] : [])].join(' ');
  const said = t('{0} of {1}', BANDED_LEAKS[band][leak.kind], leaking);
  return [said, t('teacher {0}', share(leak.tokenMass)), t('lift {0}', share(leak.lift))].join(', ');
}

/** What a screen reader says of a token. */
export function tokenLabel(token: StripToken, ordinal: number, total: number, mark: Mark | undefined): string {
  const what = { end: t('end of the record'), part: t('part of a character'), text: spoken(token.text) }[token.kind];
  const place = t('{0}, token {1} of {2}', what, ordinal, total);
  return mark === undefined ? place : `${place}, ${markWords(mark)}`;
}

export type Move = 'next' | 'previous' | 'first' | 'last' | 'nextLeak' | 'previousLeak';

/** Where `move` leads from `position`; null where there is nothing to go to. Leaks are gone round in a circle. */
export function destination(
  move: Move,
  position: number,
  snapshot: PanelSnapshot,
  marks: ReadonlyMap<number, Mark>,
): number | null {
  const { firstPosition, spans } = snapshot.inspection;
  const last = firstPosition + spans.length - 1;
  const leaking = [...marks.keys()].sort((a, b) => a - b);
  const target = {
    next: () => Math.min(last, position + 1),
    previous: () => Math.max(firstPosition, position - 1),
    first: () => firstPosition,
    last: () => last,
    nextLeak: () => leaking.find((leak) => leak > position) ?? leaking[0],
    previousLeak: () => leaking.findLast((leak) => leak < position) ?? leaking.at(-1),
  }[move]();
  return target === undefined || target === position ? null : target;
}

/** Whether the record reads from right to left: decided by its first letter, as `dir="auto"` does. */
export function readsRightToLeft(text: string): boolean {
  const letter = /\p{L}/u.exec(text)?.[0] ?? '';
  return /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u.test(
    letter,
  );
}
