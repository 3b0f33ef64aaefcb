import { isPause, type Slices } from '../slices';
import { type Decision, decisionKey } from './decision';

/** What becomes of a key: a decision, or null where there is to be none. */
export type DecisionChange = readonly [key: string, decision: Decision | null];

/** What is to become of some keys, or what they stand for. */
export type DecisionChanges = ReadonlyMap<string, Decision | null>;

/** Changes that make these decisions. */
export function making(decisions: readonly Decision[]): DecisionChanges {
  return new Map(decisions.map((decision) => [decisionKey(decision), decision]));
}

/** Changes that take these decisions back. */
export function takingBack(decisions: readonly Decision[]): DecisionChanges {
  return new Map(decisions.map((decision) => [decisionKey(decision), null]));
}

/**
 * Lays changes over decisions; whatever has another key stays.
 * @param decisions by their keys
 * @param expected where given, a key is left alone that stands for anything else: somebody has changed it since
 * @returns what the changed keys stood for
 */
export function* changeDecisions(
  decisions: Map<string, Decision>,
  changes: Iterable<DecisionChange>,
  expected: DecisionChanges | null = null,
): Slices<DecisionChanges> {
  const before = new Map<string, Decision | null>();
  let count = 0;
  for (const [key, decision] of changes) {
    const current = decisions.get(key) ?? null;
    if (expected === null || same(current, expected.get(key) ?? null)) {
      before.set(key, current);
      if (decision === null) {
        decisions.delete(key);
      } else {
        decisions.set(key, decision);
      }
    }
    if (isPause(count++)) {
      yield;
    }
  }
  return before;
}

/** Whether two decisions with one key say the same. */
function same(a: Decision | null, b: Decision | null): boolean {
  return a && b ? SAID.every((name) => a[name] === b[name]) : a === b;
}

/** What is not in the key. */
const SAID = ['reason', 'file', 'line', 'time'] as const;
