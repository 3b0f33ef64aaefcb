import assert from 'node:assert/strict';
import type { FactTotals } from '../../../src/core/report/tally';
import {
  ALIKE,
  corpusVerdict,
  factVerdict,
  isAlike,
  type Verdict,
  type VerdictContext,
} from '../../../src/core/report/verdict';

const UNLIKE = ALIKE - 0.3;

/** A fact that is compared with every text and shows in none. */
const absent: FactTotals = {
  fact: 'secret-id',
  maxLift: 0,
  maxMass: 0,
  exposure: 0,
  positions: 0,
  records: 0,
  stated: 0,
  similarity: null,
  leakSimilarity: null,
  shadowLift: 0,
  unreferenced: 0,
  comparable: true,
};
const mentioned = (similarity: number): FactTotals => ({ ...absent, similarity });
const uncompared: FactTotals = { ...absent, comparable: false };
const shadow = (leakSimilarity: number | null, shadowLift = 0.25): FactTotals => ({
  ...absent,
  maxLift: shadowLift,
  exposure: 0.2,
  positions: 2,
  records: 2,
  similarity: leakSimilarity,
  leakSimilarity,
  shadowLift,
});
const stated: FactTotals = { ...shadow(null, 0), stated: 2, similarity: 0.9 };

function verdict(facts: readonly FactTotals[], context: Partial<VerdictContext> = {}): Verdict {
  const { sentences, ...spoken } = corpusVerdict(facts, { records: 10, temperature: 1, incomplete: false, ...context });
  assert.equal(sentences.join(' '), spoken.words);
  return spoken;
}

describe('the verdict on a corpus', () => {
  it('says that filtering works where nothing leaks and nothing reads like the prompts', () => {
    assert.deepEqual(verdict([mentioned(UNLIKE), mentioned(0.05)]), {
      kind: 'filtering-works',
      words:
        'Filtering works here: nothing leaks, and no text reads like the prompts of the 2 facts that it mentions ' +
        '(similarity at most 0.20 of 1).',
    });
    const some = verdict([mentioned(UNLIKE), absent, absent]);
    assert.equal(some.kind, 'filtering-works');
    assert.match(some.words, /of the fact that it mentions .* 2 facts are never mentioned and cannot leak/);
  });

  it('says that filtering does not work where facts leak through texts that read like their prompts', () => {
    assert.deepEqual(verdict([shadow(0.83, 0.47), shadow(0.6), mentioned(0.9), absent]), {
      kind: 'filtering-fails',
      words:
        'Filtering does not work here: 2 facts leak through sentences that do not state them but read like their own prompts ' +
        "(similarity up to 0.83 of 1). There up to 0.470 of the teacher's probability goes to a forgotten answer; " +
        'take it out of the prediction rather than out of the text.',
    });
    assert.match(
      verdict([shadow(ALIKE, 0.021)]).words,
      /1 fact leaks through .* do not state it but read like its own .*up to 0\.021 of/,
    );
  });

  it('sends people to the filter first where the text states facts', () => {
    assert.deepEqual(verdict([stated, { ...stated, stated: 1, positions: 1 }]), {
      kind: 'mend-filter',
      words: 'Mend the filter first: the text itself states 2 facts in 3 places.',
    });
    const both = verdict([stated, shadow(0.7)]);
    assert.equal(both.kind, 'mend-filter');
    assert.match(
      both.words,
      /^Mend the filter first: .* 1 fact in 2 places\. Even then filtering does not work: 1 fact leaks/,
    );
    const same = verdict([{ ...stated, positions: 5, leakSimilarity: 0.9, shadowLift: 0.3 }]);
    assert.match(same.words, /states 1 fact in 2 places\. Even then filtering does not work: 1 fact leaks/);
  });

  it('asks whether answers can be guessed where facts leak in texts unlike their prompts', () => {
    const { kind, words } = verdict([shadow(UNLIKE), shadow(0.1)]);
    assert.equal(kind, 'check-answers');
    assert.match(
      words,
      /^2 facts leak, but only in texts unlike their own prompts \(similarity at most 0\.20 of 1\): check whether/,
    );
    const mixed = verdict([shadow(UNLIKE), shadow(0.7)]);
    assert.equal(mixed.kind, 'filtering-fails');
    assert.match(
      mixed.words,
      / 1 more fact leaks, but only in texts unlike its own .*guess its answer there, or prompts are missing\.$/,
    );
  });

  it('does not explain leaks of facts without prompts', () => {
    const { kind, words } = verdict([{ ...shadow(null), comparable: false }, mentioned(UNLIKE)]);
    assert.equal(kind, 'leaks');
    assert.match(
      words,
      /^Filtering does not work here: 1 fact leaks through .* without prompts in the forget set Seep cannot say/,
    );
    assert.match(
      verdict([shadow(null), shadow(0.7)]).words,
      /1 more fact leaks through sentences that do not state it; without/,
    );
    assert.equal(verdict([shadow(null), shadow(UNLIKE)]).kind, 'leaks');
  });

  it('does not trust leaks that nothing can be compared with', () => {
    const bare = { ...shadow(null), comparable: false, unreferenced: 2 };
    const { kind, words } = verdict([bare]);
    assert.equal(kind, 'check-answers');
    assert.match(
      words,
      /^1 fact leaks, but without a reference and without prompts: check whether anybody could guess its answer\.$/,
    );
    assert.equal(verdict([{ ...bare, unreferenced: 1 }]).kind, 'leaks');
    assert.match(verdict([bare, shadow(0.7)]).words, / 1 more fact leaks, but without a reference/);
  });

  it('doubts the teacher where texts read like the prompts and nothing leaks', () => {
    const { kind, words } = verdict([mentioned(0.7), mentioned(UNLIKE), uncompared]);
    assert.equal(kind, 'ask-teacher');
    assert.match(
      words,
      /^Nothing leaks, although texts read like the prompts of 1 fact \(similarity up to 0\.70 of 1\)\./,
    );
    assert.match(words, /may not know it, or the reference knows it too: ask the teacher/);
  });

  it('says what is missing for a comparison', () => {
    const { kind, words } = verdict([uncompared, mentioned(UNLIKE), absent]);
    assert.equal(kind, 'not-compared');
    assert.match(words, /^Nothing leaks here, but 1 fact could not be compared .* 1 fact is never mentioned/);
  });

  it('says that what is never mentioned cannot leak', () => {
    assert.deepEqual(verdict([absent, absent]), {
      kind: 'not-mentioned',
      words: 'No fact is ever mentioned in these texts, so none can leak at any place that was scored.',
    });
  });

  it('promises nothing above temperature 1', () => {
    for (const facts of [[absent], [mentioned(UNLIKE)], [mentioned(0.9)], [uncompared]]) {
      const { kind, words } = verdict(facts, { temperature: 2 });
      assert.equal(kind, 'temperature');
      assert.match(
        words,
        /at temperature 2 that promises nothing: facts reach the student through places that no score marks/,
      );
      assert.doesNotMatch(words, /works|cannot leak/);
    }
    const leaking = verdict([shadow(0.7)], { temperature: 4 });
    assert.equal(leaking.kind, 'filtering-fails');
    assert.match(leaking.words, /At temperature 4 facts also reach the student through places that no score marks/);
    assert.equal(verdict([mentioned(UNLIKE)], { temperature: 0.5 }).kind, 'filtering-works');
  });

  it('says nothing of an empty corpus, and limits itself to what was scored', () => {
    assert.equal(verdict([absent], { records: 0 }).kind, 'nothing-scored');
    assert.match(
      verdict([mentioned(UNLIKE)], { incomplete: true }).words,
      / This holds only for what could be scored\.$/,
    );
  });

  it('names no fact', () => {
    const facts = [absent, uncompared, stated, shadow(0.7), shadow(UNLIKE), shadow(null), mentioned(0.7)];
    for (const temperature of [1, 2]) {
      for (const some of [facts, ...facts.map((each) => [each])]) {
        assert.doesNotMatch(verdict(some, { temperature }).words, /secret-id|NaN|Infinity|undefined/);
      }
    }
  });
});

describe('the verdict on a fact', () => {
  it('has an answer for every case', () => {
    const cases: readonly (readonly [FactTotals, number, string, RegExp])[] = [
      [stated, 1, 'mend-filter', /^The text itself states it in 2 places: mend the filter first\.$/],
      [{ ...stated, positions: 3 }, 2, 'mend-filter', / It also leaks where the text does not state it\.$/],
      [shadow(0.83), 1, 'filtering-fails', /leaks where the text reads like its own prompts \(similarity 0\.83 of 1\)/],
      [shadow(UNLIKE), 4, 'check-answers', /only where the text is unlike its own prompts \(similarity 0\.20 of 1\)/],
      [
        { ...shadow(null), unreferenced: 2 },
        1,
        'check-answers',
        /^It leaks, but without a reference and without prompts/,
      ],
      [shadow(null), 1, 'leaks', /There are no prompts to compare with/],
      [mentioned(0.9), 2, 'temperature', /above temperature 1 promises nothing/],
      [absent, 2, 'temperature', /promises nothing/],
      [mentioned(0.7), 1, 'ask-teacher', /similarity 0\.70 of 1\): perhaps the teacher does not know it/],
      [mentioned(UNLIKE), 1, 'filtering-works', /^Filtering works for it here/],
      [absent, 1, 'not-mentioned', /never mentioned, so it cannot leak at any place that was scored/],
      [uncompared, 1, 'not-compared', /does not leak/],
    ];
    for (const [fact, temperature, kind, words] of cases) {
      const given = factVerdict(fact, temperature);
      assert.equal(given.kind, kind);
      assert.match(given.words, words);
    }
  });

  it('calls a context alike from the constant on', () => {
    assert.deepEqual([ALIKE, ALIKE - 0.001, null].map(isAlike), [true, false, false]);
  });
});
