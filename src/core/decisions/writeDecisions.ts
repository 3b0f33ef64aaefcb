import { visibleJson } from '../report/visibleText';
import { isPause, type Slices } from '../slices';
import { sorted } from '../sorted';
import { DECISION_SCHEMA, type Decision, decisionKey } from './decision';
import { HASH_PREFIX } from './readDecision';

/** In the order that a file has: always the same, so that version control shows what was decided and nothing else. */
export function inFileOrder(decisions: Iterable<Decision>): Slices<Decision[]> {
  return sorted([...decisions], (a, b) => comparePlaces(a, b) || compare(decisionKey(a), decisionKey(b)));
}

function comparePlaces(a: Decision, b: Decision): number {
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

/** A file's text in pieces, one decision a line. */
export function* decisionsText(decisions: Iterable<Decision>): Generator<string> {
  let piece = '';
  let count = 0;
  for (const decision of decisions) {
    piece += `${decisionLine(decision)}\n`;
    if (isPause(count++)) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** A decision as its line says it, without the line's end. The keys that are null are left out. */
export function decisionLine({ record, file, line, action, fact, span, reason, time }: Decision): string {
  return visibleJson({
    schema: DECISION_SCHEMA,
    record: HASH_PREFIX + record,
    // JSON has no undefined.
    file: file ?? undefined,
    line: line ?? undefined,
    action,
    fact: fact ?? undefined,
    ...span,
    reason: reason ?? undefined,
    time: time ?? undefined,
  });
}
