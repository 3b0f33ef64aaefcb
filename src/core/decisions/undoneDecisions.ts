import { type Decision, decisionKey } from './decision';
import type { DecisionChanges } from './writeDecisions';

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

/** Whether two decisions with one key say the same. */
function same(a: Decision | null | undefined, b: Decision | null | undefined): boolean {
  return a && b ? SAID.every((name) => a[name] === b[name]) : a === b;
}

/** What is not in the key. */
const SAID = ['reason', 'file', 'line', 'time'] as const;
