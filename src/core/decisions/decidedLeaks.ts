import type { Leak } from '../score/leak';
import { DECISION_ACTIONS, type Decision, type DecisionAction, type Span } from './decision';

/** What decisions go by. */
type Place = Pick<Leak, 'fact' | 'start' | 'end'>;

/** A leak and what was decided about it. */
export interface DecidedLeak<T extends Place = Leak> {
  readonly leak: T;
  readonly decision: Decision;
}

export interface SortedLeaks<T extends Place = Leak> {
  /** Nothing is decided about them. */
  readonly open: readonly T[];
  readonly decided: readonly DecidedLeak<T>[];
}

/** Where several decisions fit a leak the one that goes furthest counts. */
const RANK: Readonly<Record<DecisionAction, number>> = { ignore: 3, drop: 2, mask: 1, reviewed: 0 };

/** What counts for a leak of the decisions on its record; null: nothing was decided about it. */
export function decisionOn(leak: Place, decisions: readonly Decision[]): Decision | null {
  return decisions
    .filter((decision) => fits(decision, leak))
    .reduce<Decision | null>((best, each) => (best && RANK[best.action] >= RANK[each.action] ? best : each), null);
}

/** @param decisions those on the record */
export function sortLeaks<T extends Place>(leaks: readonly T[], decisions: readonly Decision[]): SortedLeaks<T> {
  if (decisions.length === 0) {
    return { open: leaks, decided: [] };
  }
  const open: T[] = [];
  const decided: DecidedLeak<T>[] = [];
  for (const leak of leaks) {
    const decision = decisionOn(leak, decisions);
    if (decision === null) {
      open.push(leak);
    } else {
      decided.push({ leak, decision });
    }
  }
  return { open, decided };
}

/** The leaks that count: all but the ignored ones. What is masked, to be dropped or reviewed leaks as long as it is in the text. */
export function countedLeaks(leaks: readonly Leak[], decisions: readonly Decision[]): readonly Leak[] {
  return leaks.filter((leak) => decisionOn(leak, decisions)?.action !== 'ignore');
}

/** Whether a fact is ignored where it leaks in a record, or in the whole of it: that the text names it has been judged then. */
export function isFactIgnored(fact: string, leaks: readonly Leak[], decisions: readonly Decision[]): boolean {
  const ignored = decisions.filter(({ action }) => action === 'ignore');
  return (
    ignored.some((each) => each.span === null && (each.fact === null || each.fact === fact)) ||
    leaks.some((leak) => leak.fact === fact && ignored.some((each) => fits(each, leak)))
  );
}

/** What is decided about a record, each action once. */
export function actionsOf(decisions: readonly Decision[]): DecisionAction[] {
  return DECISION_ACTIONS.filter((action) => decisions.some((decision) => decision.action === action));
}

export function isToDrop(decisions: readonly Decision[]): boolean {
  return decisions.some(({ action }) => action === 'drop');
}

/** The spans to leave out of the loss. */
export function maskedSpans(decisions: readonly Decision[]): readonly Span[] {
  return decisions.flatMap(({ action, span }) => (action === 'mask' && span !== null ? [span] : []));
}

/** Whether two spans have a unit in common, or are the same empty place. */
export function spansMeet(a: Span, b: Span): boolean {
  return (a.start < b.end && b.start < a.end) || (a.start === b.start && a.end === b.end);
}

function fits({ fact, span }: Decision, leak: Place): boolean {
  return (fact === null || fact === leak.fact) && (span === null || spansMeet(span, leak));
}
