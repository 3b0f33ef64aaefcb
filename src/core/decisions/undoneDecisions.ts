import { type Decision, decisionKey } from './decision';
import { type DecisionChanges, decisionLine } from './writeDecisions';

/** What the keys of some changes stand for now. */
export function asTheyAre(decisions: readonly Decision[], keys: Iterable<string>): DecisionChanges {
  const byKey = new Map(decisions.map((decision) => [decisionKey(decision), decision]));
  return new Map([...keys].map((key) => [key, byKey.get(key) ?? null]));
}

/** The changes that undo an act, but for what somebody has changed since. */
export function changesToUndo(
  current: readonly Decision[],
  before: DecisionChanges,
  after: DecisionChanges,
): DecisionChanges {
  const now = asTheyAre(current, after.keys());
  return new Map([...before].filter(([key]) => same(now.get(key), after.get(key))));
}

function same(a: Decision | null | undefined, b: Decision | null | undefined): boolean {
  return a && b ? decisionLine(a) === decisionLine(b) : a === b;
}
