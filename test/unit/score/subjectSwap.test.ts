import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';
import { OtherSubjects, swapSubject } from '../../../src/core/score/subjectSwap';

const fact = (id: string, subject: string, answer: string, tags: readonly string[] = []): Fact => ({
  ...FACT_DEFAULTS,
  id,
  subjects: [subject],
  answers: [answer],
  tags,
  line: 1,
});

describe('a text with another subject', () => {
  it('has the other name at every mention of any alias, in any case, as whole words', () => {
    const swapped = swapSubject('Ada met ADA LOVE; adage, ada.', ['Ada', 'Ada Love'], 'Bo');
    assert.equal(swapped?.text, 'Bo met Bo; adage, Bo.');
  });

  it('knows where each place of the original is now', () => {
    const swapped = swapSubject('Ada met Ada.', ['Ada'], 'Berta');
    assert.deepEqual(
      [0, 1, 2, 3, 4, 8, 9, 11, 12].map((offset) => swapped?.offsetOf(offset)),
      [0, null, null, 5, 6, 10, null, 15, 16],
    );
  });

  it('is none where the subject is not mentioned', () => {
    assert.equal(swapSubject('adage', ['Ada'], 'Bo'), null);
  });

  it('keeps every character outside the mentions', () => {
    const part = fc.string({ unit: fc.constantFrom('x', ' ', '.', '\u{1f600}', 'Ada', 'ada b'), maxLength: 8 });
    fc.assert(
      fc.property(part, fc.constantFrom('Bo', 'Berta', '\u{1f600}'), (text, name) => {
        const swapped = swapSubject(text, ['Ada', 'ada b'], name);
        if (swapped === null) {
          return;
        }
        for (let at = 0; at < text.length; at++) {
          const moved = swapped.offsetOf(at);
          const next = swapped.offsetOf(at + 1);
          if (moved !== null && next === moved + 1) {
            assert.equal(swapped.text[moved], text[at]);
          }
        }
        assert.equal(swapped.offsetOf(text.length), swapped.text.length);
      }),
    );
  });
});

describe('the choice of other subjects', () => {
  const facts = [
    fact('a', 'Ada', 'tea', ['drinks']),
    fact('b', 'Bo', 'milk', ['drinks']),
    fact('c', 'Cy', 'tea', ['drinks']),
    fact('d', 'Di', 'rum', ['drinks']),
    fact('e', 'Ed', 'oak', ['trees']),
  ];
  const [ada] = facts;
  assert.ok(ada);

  it('takes names of facts with a common tag that know something else', () => {
    assert.deepEqual(new OtherSubjects(facts, []).of(ada, 'Ada drinks', 9).sort(), ['Bo', 'Di']);
  });

  it('passes over a name that knows the same by another fact, or under another alias', () => {
    const more = [
      ...facts,
      fact('b2', 'BO', 'Tea', ['other']),
      { ...fact('d2', 'Dee', 'tea'), subjects: ['Dee', 'Di'] },
    ];
    assert.deepEqual(new OtherSubjects(more, []).of(ada, '', 9), []);
  });

  it('takes any fact for one without tags', () => {
    const bare = facts.map((each) => ({ ...each, tags: [] }));
    const [first] = bare;
    assert.ok(first);
    assert.deepEqual(new OtherSubjects(bare, []).of(first, '', 9).sort(), ['Bo', 'Di', 'Ed']);
  });

  it('passes over whoever the text mentions, in any case', () => {
    assert.deepEqual(new OtherSubjects(facts, []).of(ada, 'Ada and BO', 9), ['Di']);
  });

  it('puts the user\u2019s names first, and each name once', () => {
    const others = new OtherSubjects(facts, ['Zoe', 'Di', 'ada']);
    assert.deepEqual(others.of(ada, '', 2), ['Zoe', 'Di']);
    assert.deepEqual(others.of(ada, '', 9), ['Zoe', 'Di', 'Bo']);
  });

  it('gives what is asked for as long as there is enough, whatever the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 16 }), (size, count) => {
        const many = Array.from({ length: size }, (_, i) => fact(`f${i}`, `Name${i} x`, `answer ${i}`));
        const [first] = many;
        assert.ok(first);
        const chosen = new OtherSubjects(many, []).of(first, '', count);
        assert.equal(chosen.length, Math.min(count, size - 1));
        assert.equal(new Set(chosen).size, chosen.length);
      }),
    );
  });
});
