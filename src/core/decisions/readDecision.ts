import { describeNode, type JsonNode, JsonSyntaxError, parseJson } from '../json/jsonTree';
import { ObjectReader, type Report } from '../json/objectReader';
import { grouped, t } from '../l10n';
import { DECISION_ACTIONS, DECISION_SCHEMA, type Decision, type DecisionAction, type Span } from './decision';

export const DECISION_KEYS = [
  'schema',
  'record',
  'file',
  'line',
  'action',
  'fact',
  'start',
  'end',
  'reason',
  'time',
] as const;

/** UTF-16 units that a reason may have. */
export const MAX_REASON = 1000;

/** UTF-16 units that a line may have; a reason has at most {@link MAX_REASON}. */
export const MAX_LINE = 1 << 16;

const MAX_OFFSET = { minimum: 0, maximum: 2 ** 31 } as const;

/** Reads any line, and reports each fault in it where it stands; null: it says nothing that could be gone by. */
export function readDecision(line: string, report: Report): Decision | null {
  if (line.length > MAX_LINE) {
    report(0, t('the line has {0} characters; a decision has at most {1}', grouped(line.length), grouped(MAX_LINE)));
    return null;
  }
  let node: JsonNode;
  try {
    node = parseJson(line);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      const message = /^(?:<{7}|={7}|>{7})/.test(line)
        ? t('not JSON: {0}; resolve the merge and keep the lines of both sides', error.message)
        : t('not JSON: {0}', error.message);
      report(error.offset, message);
      return null;
    }
    throw error;
  }
  if (node.kind !== 'object') {
    report(node.start, t('a decision must be an object, not {0}', describeNode(node)));
    return null;
  }
  const reader = new ObjectReader(node, DECISION_KEYS, report);
  for (const key of ['schema', 'record', 'action']) {
    if (!reader.has(key)) {
      report(reader.start, t('"{0}" is missing', key));
    }
  }
  reader.oneOf('schema', [DECISION_SCHEMA]);
  const record = reader.string('record', { check: hashRule(report) });
  const action = reader.oneOf('action', DECISION_ACTIONS);
  const decision = {
    fact: reader.string('fact') ?? null,
    span: readSpan(reader),
    reason: reader.string('reason', { check: lengthRule(report) }) ?? null,
    file: reader.string('file') ?? null,
    line: reader.whole('line', { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) ?? null,
    time: reader.string('time', { check: timeRule(report) }) ?? null,
  };
  if (record === undefined || action === undefined) {
    return null;
  }
  checkAction(action, reader);
  return { record: record.slice(HASH_PREFIX.length), action, ...decision };
}

export const HASH_PREFIX = 'sha256:';

function hashRule(report: Report) {
  return (value: string, start: number) => {
    if (!/^sha256:[0-9a-f]{64}$/.test(value)) {
      report(start, t('"record" must be "sha256:" and the SHA-256 of the record’s text, 64 digits of 0-9 and a-f'));
    }
  };
}

function lengthRule(report: Report) {
  return (value: string, start: number) => {
    if (value.length > MAX_REASON) {
      const message = t('"reason" has {0} characters; shorten it to {1}', grouped(value.length), grouped(MAX_REASON));
      report(start, message);
    }
  };
}

export function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}

function timeRule(report: Report) {
  return (value: string, start: number) => {
    if (!isTime(value)) {
      report(start, t('"time" must be a date and time such as "2026-01-31T12:00:00Z"'));
    }
  };
}

function readSpan(reader: ObjectReader): Span | null {
  const start = reader.whole('start', MAX_OFFSET);
  const end = reader.whole('end', MAX_OFFSET);
  if (reader.has('start') !== reader.has('end')) {
    reader.report(reader.start, t('"start" and "end" go together: give both or none'));
    return null;
  }
  if (start === undefined || end === undefined) {
    return null;
  }
  if (end < start) {
    const message = t('"end" is {0}; it must not be less than "start", which is {1}', end, start);
    reader.report(reader.offsetOf('end'), message);
  }
  return { start, end };
}

/** What an action needs, and what makes no sense with it. */
function checkAction(action: DecisionAction, reader: ObjectReader): void {
  const excess = {
    drop: ['fact', 'start', 'end'],
    mask: ['fact'],
    ignore: [],
    reviewed: ['fact', 'start', 'end'],
  }[action].filter((key) => reader.has(key));
  for (const key of excess) {
    const message =
      action === 'mask'
        ? t('"mask" is about a place, whichever fact leaks there; take "{0}" away', key)
        : t('"{0}" is about a whole record; take "{1}" away', action, key);
    reader.report(reader.offsetOf(key), message);
  }
  if (action === 'mask' && !reader.has('start') && !reader.has('end')) {
    reader.report(reader.start, t('"mask" needs "start" and "end"; to leave out the whole record use "drop"'));
  }
  if (action === 'ignore' && !reader.has('reason')) {
    reader.report(reader.start, t('"ignore" needs a "reason"'));
  }
}
