import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Decision } from '../../../src/core/decisions/decision';
import { MAX_LINE, MAX_REASON, readDecision } from '../../../src/core/decisions/readDecision';
import { decisionLine } from '../../../src/core/decisions/writeDecisions';
import { readWrittenDecision } from '../../../src/core/decisions/writtenDecision';
import { anyDecision } from './anyDecision';
import { someDecision } from './someDecision';

/** What the reading says that looks for faults; null where it finds any. */
function slowly(line: string): Decision | null {
  let faults = 0;
  const decision = readDecision(line, () => faults++);
  return faults === 0 ? decision : null;
}

/** The short way may leave a line to the other; it must say nothing else. */
function assertAgreement(line: string): void {
  const quickly = readWrittenDecision(line);
  if (quickly !== null) {
    assert.deepEqual(quickly, slowly(line), line);
  }
}

describe('a decision as Seep writes it', () => {
  const whole = decisionLine(someDecision({ fact: 'f', span: { start: 3, end: 17 }, reason: 'a "b" \u2028' }));

  it('is read the short way, as any line is read', () => {
    fc.assert(
      fc.property(anyDecision, (decision) => {
        const line = decisionLine(decision);
        assert.deepEqual(readWrittenDecision(line), decision);
        assert.deepEqual(readWrittenDecision(`${line}\r`), decision, 'as Git may hand it out');
        assert.deepEqual(slowly(line), decision);
      }),
      { numRuns: 1000 },
    );
  });

  it('is another line once any of its characters is another', () => {
    for (let at = 0; at <= whole.length; at++) {
      for (const put of ['', '"', '\\', ',', '0', '9', ' ', 'x', '\n', '\u0000', '{"a":1}', whole[at - 1] ?? '']) {
        assertAgreement(`${whole.slice(0, at)}${put}${whole.slice(at + 1)}`);
        assertAgreement(`${whole.slice(0, at)}${put}${whole.slice(at)}`);
      }
    }
  });

  it('is read as any line is, whatever stands in it and in which order', () => {
    const hash = `sha256:${'a'.repeat(64)}`;
    const value = fc.oneof(
      fc.constantFrom('drop', 'mask', 'ignore', 'reviewed', 'f', '', ' ', '\ufeff', 'x'.repeat(MAX_REASON + 1)),
      fc.constantFrom('2026-01-31T12:00:00Z', '2026-13-31T12:00:00Z', 'x'.repeat(MAX_LINE), null, true),
      fc.constantFrom(0, -0, 1, 2, -1, 1.5, 1e21, 2 ** 31, 2 ** 31 + 1, 2 ** 53),
      fc.string({ unit: 'binary' }),
    );
    const optional = ['file', 'line', 'fact', 'start', 'end', 'reason', 'time'];
    const keys = fc.tuple(
      fc.constantFrom('drop', 'mask', 'ignore', 'reviewed'),
      fc.subarray(optional),
      fc.array(value, { minLength: optional.length, maxLength: optional.length }),
    );
    fc.assert(
      fc.property(keys, ([action, some, values]) => {
        const given = Object.fromEntries(some.map((key, i) => [key, values[i]]));
        const { file, line, ...rest } = given;
        const decision = { schema: 'seep.decision/1', record: hash, file, line, action, ...rest };
        assertAgreement(JSON.stringify(decision));
        assertAgreement(JSON.stringify({ ...given, ...decision }));
      }),
      { numRuns: 5000 },
    );
  });

  for (const [what, change] of [
    ['an empty fact', { fact: '' }],
    ['a blank reason', { reason: ' ' }],
    ['an endless reason', { reason: 'x'.repeat(MAX_REASON + 1) }],
    ['an ignore without a reason', { reason: null }],
    ['a span that ends before it starts', { span: { start: 2, end: 1 } }],
    ['a line that is none', { line: 0 }],
    ['a time that is none', { time: '2026-13-31T12:00:00Z' }],
    ['an endless line', { file: 'x'.repeat(MAX_LINE) }],
    ['a mask of everything', { action: 'mask' }],
    ['a mask of a fact', { action: 'mask', span: { start: 1, end: 2 }, fact: 'f' }],
    ['a drop of a fact', { action: 'drop', fact: 'f' }],
    ['a review of a place', { action: 'reviewed', span: { start: 1, end: 2 } }],
  ] satisfies [string, Partial<Decision>][]) {
    it(`does not let through ${what}`, () => {
      const line = decisionLine(someDecision(change));
      assert.equal(slowly(line), null);
      assert.equal(readWrittenDecision(line), null);
    });
  }
});
