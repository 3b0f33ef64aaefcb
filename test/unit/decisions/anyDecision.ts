import fc from 'fast-check';
import { DECISION_ACTIONS, type Decision } from '../../../src/core/decisions/decision';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((each) => each.trim() !== '');
const hash = fc.constantFrom('a', 'b', 'c').map((digit) => digit.repeat(64));
const span = fc.tuple(fc.nat(20), fc.nat(20)).map(([start, length]) => ({ start, end: start + length }));

/** Any decision that a file can hold; few records, so that keys meet. */
export const anyDecision: fc.Arbitrary<Decision> = fc
  .record({
    record: hash,
    action: fc.constantFrom(...DECISION_ACTIONS),
    fact: fc.option(fc.oneof(text, fc.constantFrom('f1', 'f2'))),
    span: fc.option(span),
    somewhere: span,
    reason: fc.option(text),
    why: text,
    file: fc.option(text),
    line: fc.option(fc.integer({ min: 1, max: 1e6 })),
    time: fc.option(fc.constantFrom('2026-01-31T12:00:00Z', '2026-02-01T09:30:00.123Z')),
  })
  .map(({ somewhere, why, ...decision }): Decision => {
    switch (decision.action) {
      case 'ignore':
        return { ...decision, reason: decision.reason ?? why };
      case 'mask':
        return { ...decision, fact: null, span: decision.span ?? somewhere };
      default:
        return { ...decision, fact: null, span: null };
    }
  });
