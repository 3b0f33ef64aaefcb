import { visibleJson } from '../report/visibleText';
import { DECISION_SCHEMA, type Decision, decisionKey } from './decision';
import { HASH_PREFIX } from './parseDecisions';

/** What is to become of some keys: a decision, or null where there is to be none. */
export type DecisionChanges = ReadonlyMap<string, Decision | null>;

/** Changes that make these decisions. */
export function making(decisions: readonly Decision[]): DecisionChanges {
  return new Map(decisions.map((decision) => [decisionKey(decision), decision]));
}

/** Changes that take these decisions back. */
export function takingBack(decisions: readonly Decision[]): DecisionChanges {
  return new Map(decisions.map((decision) => [decisionKey(decision), null]));
}

/** Lays changes over what there is; whatever has another key stays. */
export function changeDecisions(decisions: readonly Decision[], changes: DecisionChanges): Decision[] {
  const result = new Map(decisions.map((decision) => [decisionKey(decision), decision]));
  for (const [key, decision] of changes) {
    if (decision === null) {
      result.delete(key);
    } else {
      result.set(key, decision);
    }
  }
  return [...result.values()];
}

/** A file's text: one decision a line, always in the same order, so that version control shows what was decided and nothing else. */
export function decisionsText(decisions: readonly Decision[]): string {
  return [...decisions]
    .map((decision) => ({ decision, key: decisionKey(decision) }))
    .sort((a, b) => inOrder(a.decision, b.decision) || compare(a.key, b.key))
    .map(({ decision }) => `${decisionLine(decision)}\n`)
    .join('');
}

function inOrder(a: Decision, b: Decision): number {
  return (
    compare(a.file ?? '', b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compare(a.record, b.record) ||
    (a.span?.start ?? -1) - (b.span?.start ?? -1)
  );
}

/** By UTF-16 units: the same order whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A decision as its line says it, without the line's end. The keys that are null are left out. */
export function decisionLine({ record, file, line, action, fact, span, reason, time }: Decision): string {
  const keys = { record: HASH_PREFIX + record, file, line, action, fact, ...span, reason, time };
  const given = Object.entries(keys).filter(([, value]) => value !== null);
  return visibleJson({ schema: DECISION_SCHEMA, ...Object.fromEntries(given) });
}
