import type { Decision } from '../../../src/core/decisions/decision';

export function someDecision(changes: Partial<Decision> = {}): Decision {
  return {
    record: 'a'.repeat(64),
    action: 'ignore',
    fact: null,
    span: null,
    reason: 'public',
    file: 'corpus/a.jsonl',
    line: 3,
    time: '2026-01-31T12:00:00.000Z',
    ...changes,
  };
}
