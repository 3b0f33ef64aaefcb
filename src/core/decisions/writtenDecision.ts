import { DECISION_ACTIONS, DECISION_SCHEMA, type Decision, type DecisionAction } from './decision';
import { HASH_PREFIX, isTime, MAX_LINE, MAX_REASON } from './readDecision';

// As JSON writes them, so that its own decoder cannot fail on them.
const PLAIN = String.raw`[^"\\\u0000-\u001f]*`;
const STRING = String.raw`"(${PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})${PLAIN})*)"`;
// Shorter than what would be too large.
const WHOLE = String.raw`(0|[1-9]\d{0,8})`;

const SCHEMA = DECISION_SCHEMA.replaceAll('.', String.raw`\.`);

/** A line as `decisionLine` makes it. */
const WRITTEN = new RegExp(
  `^\\{"schema":"${SCHEMA}","record":"${HASH_PREFIX}([0-9a-f]{64})"(?:,"file":${STRING})?(?:,"line":${WHOLE})?` +
    `,"action":"(${DECISION_ACTIONS.join('|')})"(?:,"fact":${STRING})?(?:,"start":${WHOLE},"end":${WHOLE})?` +
    `(?:,"reason":${STRING})?(?:,"time":${STRING})?\\}\\r?$`,
);

/**
 * What a line says that is without fault and written as Seep writes it. Nearly all lines are, and this takes a fraction of the time that
 * looking for faults does.
 * @returns null for any other line, whether it has faults or not
 */
export function readWrittenDecision(text: string): Decision | null {
  const found = text.length > MAX_LINE ? null : WRITTEN.exec(text);
  if (found === null) {
    return null;
  }
  const [, record = '', file, line, action, fact, start, end, reason, time] = found;
  const decision: Decision = {
    record,
    action: action as DecisionAction,
    fact: stringOf(fact),
    span: start === undefined || end === undefined ? null : { start: Number(start), end: Number(end) },
    reason: stringOf(reason),
    file: stringOf(file),
    line: line === undefined ? null : Number(line),
    time: stringOf(time),
  };
  return isSound(decision) ? decision : null;
}

function stringOf(token: string | undefined): string | null {
  if (token === undefined) {
    return null;
  }
  return token.includes('\\') ? (JSON.parse(`"${token}"`) as string) : token;
}

function isSound(decision: Decision): boolean {
  const { fact, span, reason, file, line, time } = decision;
  return (
    [fact, reason, file, time].every((value) => value?.trim() !== '') &&
    (reason === null || reason.length <= MAX_REASON) &&
    line !== 0 &&
    (span === null || span.start <= span.end) &&
    (time === null || isTime(time)) &&
    makesSense(decision)
  );
}

function makesSense({ action, fact, span, reason }: Decision): boolean {
  switch (action) {
    case 'drop':
    case 'reviewed':
      return fact === null && span === null;
    case 'mask':
      return fact === null && span !== null;
    case 'ignore':
      return reason !== null;
  }
}
