import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildAnswerTrie } from '../../../src/core/score/answerTrie';
import { branchLift } from '../../../src/core/score/leakScores';
import { otherMass, referenceByAnswers } from '../../../src/core/score/wholeAnswers';

/** Answers by what three tokens contribute to them; together never more than 1. */
const answers = fc.array(
  fc.tuple(
    fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const branch = buildAnswerTrie([0, 1, 2].map((token) => ({ tokens: [token], answer: token, spellings: [] })));

describe('whole answers of two models', () => {
  it('leave of the branch what leads to no answer that the teacher finds likelier', () => {
    fc.assert(
      fc.property(answers, fc.double({ min: 0, max: 0.1, noNaN: true }), (parts, besides) => {
        const compared = parts.map(([shares, other]) => ({
          byToken: new Map(shares.map((p, token) => [token, p])),
          other,
        }));
        const teacher = (token: number) => besides + parts.reduce((sum, [shares]) => sum + (shares[token] ?? 0), 0);
        const reference = referenceByAnswers(compared, teacher);
        const gains = parts.map(([shares, other]) => Math.max(0, shares.reduce((sum, p) => sum + p, 0) - other));
        const lift = gains.reduce((sum, gain) => sum + gain, 0);
        assert.ok(branch !== null && Math.abs(branchLift(branch, teacher, reference) - lift) < 1e-12);
        for (const token of [0, 1, 2]) {
          assert.ok(reference(token) >= besides - 1e-12 && reference(token) <= teacher(token));
        }
      }),
    );
  });

  it('count towards the other model one by one, and never more than 1', () => {
    const byToken = new Map([[7, 0.5]]);
    assert.equal(
      otherMass([
        { byToken, other: 0.25 },
        { byToken, other: 0.5 },
      ]),
      0.75,
    );
    assert.equal(
      otherMass([
        { byToken, other: 0.75 },
        { byToken, other: 0.75 },
      ]),
      1,
    );
    assert.equal(otherMass([]), 0);
  });
});
