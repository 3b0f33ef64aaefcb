import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';
import { type AnswerPath, buildAnswerTrie } from '../../../src/core/score/answerTrie';
import { FactIndex, type ScorableFact, type TokenizedText } from '../../../src/core/score/factIndex';

/** Characters are tokens here, so that tokens and spans can be read off. */
function tokens(text: string): number[] {
  return Array.from(text, (char) => char.codePointAt(0) ?? 0);
}

function scorable(id: string, answers: readonly string[], subjects: readonly string[] = []): ScorableFact {
  const fact: Fact = { ...FACT_DEFAULTS, id, answers, subjects, line: 1 };
  const paths = answers.map((answer, index): AnswerPath => ({ tokens: tokens(answer), answer: index, spellings: [] }));
  const trie = buildAnswerTrie(paths);
  assert.ok(trie !== null);
  return { fact, trie, forms: answers };
}

const BOS = -7;

function encoded(text: string, prefix = 1): TokenizedText {
  const ids = [...Array.from({ length: prefix }, () => BOS), ...tokens(text)];
  const spans = ids.map((_, i) => (i < prefix ? ([0, 0] as const) : ([i - prefix, i - prefix + 1] as const)));
  return { text, ids, prefix, spans };
}

/** By position: the facts' ids with their depths; ungated facts at their roots are written with a star. */
function plan(facts: readonly ScorableFact[], input: TokenizedText): Record<number, string> {
  const index = new FactIndex(facts);
  const ungated = facts.filter(({ fact }) => fact.subjects.length === 0);
  const result: Record<number, string> = {};
  for (const { position, branches, deepUngated } of index.plan(input)) {
    const own = branches.map(({ fact, node }) => `${facts[fact]?.fact.id}${node.depth}`);
    const roots = ungated.filter((fact) => !deepUngated.has(facts.indexOf(fact))).map(({ fact }) => `${fact.id}*`);
    result[position] = [...own, ...roots].sort().join(' ');
  }
  return result;
}

describe('which facts count where', () => {
  it('a fact counts from the token behind its first subject on, to the end of the record', () => {
    assert.deepEqual(plan([scorable('f', ['xy'], ['bc'])], encoded('a bc d')), { 5: 'f0', 6: 'f0', 7: 'f0' });
  });

  it('a subject that ends in the middle of a token does not open that token', () => {
    const input: TokenizedText = {
      text: 'bcd e',
      ids: [BOS, 1, 2],
      prefix: 1,
      spans: [
        [0, 0],
        [0, 3],
        [3, 5],
      ],
    };
    // "bc" is part of the word "bcd": no subject at all.
    assert.deepEqual(plan([scorable('f', ['x'], ['bc'])], input), {});
    assert.deepEqual(plan([scorable('f', ['x'], ['bcd'])], input), { 2: 'f0', 3: 'f0' });
    assert.deepEqual(plan([scorable('f', ['x'], ['bcd e'])], input), { 3: 'f0' });
  });

  it('a fact without subjects counts everywhere', () => {
    assert.deepEqual(plan([scorable('f', ['xy'])], encoded('ab')), { 1: 'f*', 2: 'f*', 3: 'f*' });
    assert.deepEqual(plan([scorable('f', ['xy'])], encoded('')), { 1: 'f*' });
  });

  it('without a special token in front the first token is not predicted', () => {
    assert.deepEqual(plan([scorable('f', ['xy'])], encoded('ab', 0)), { 1: 'f*', 2: 'f*' });
    assert.deepEqual(plan([scorable('f', ['xy'])], encoded('', 0)), {});
  });

  it('with two special tokens in front they are not predicted either', () => {
    assert.deepEqual(plan([scorable('f', ['xy'])], encoded('a', 2)), { 2: 'f*', 3: 'f*' });
  });

  it('the depth is that of the longest beginning of an answer that the text has just emitted', () => {
    const facts = [scorable('f', ['aab'], ['s'])];
    // Positions: 1 s, 2 ' ', 3 a, 4 a, 5 a, 6 b, 7 end
    assert.deepEqual(plan(facts, encoded('s aaab')), { 2: 'f0', 3: 'f0', 4: 'f1', 5: 'f2', 6: 'f2', 7: 'f0' });
  });

  it('the text before the subject counts for the depth', () => {
    assert.deepEqual(plan([scorable('f', ['s x'], ['s'])], encoded('s x')), { 2: 'f1', 3: 'f2', 4: 'f0' });
  });

  it('facts that share a beginning each have their own depth', () => {
    const facts = [scorable('f', ['ab']), scorable('g', ['abc', 'b']), scorable('h', ['bq'])];
    assert.deepEqual(plan(facts, encoded('ab')), { 1: 'f* g* h*', 2: 'f1 g1 h*', 3: 'f* g2 h1' });
  });

  it('subject and answer may be the same', () => {
    assert.deepEqual(plan([scorable('f', ['oak'], ['oak'])], encoded('oak')), { 4: 'f0' });
  });

  it('asks for each token once', () => {
    const index = new FactIndex([
      scorable('f', ['ab', 'ac'], ['s']),
      scorable('g', ['ad'], ['s']),
      scorable('h', ['a']),
    ]);
    const last = [...index.plan(encoded('s '))].at(-1);
    assert.deepEqual(last?.tokens, tokens('a'));
  });

  it('keeps the pairs whose tokens add up to the floor, and no others', () => {
    const facts = [scorable('f', ['ab', 'cd'], ['s']), scorable('g', ['e']), scorable('h', ['e', 'x', 'y'])];
    const index = new FactIndex(facts);
    const [position] = index.plan(encoded('s ')) as Iterable<Parameters<FactIndex['survivors']>[0]>;
    const survivors = (p: Record<string, number>) =>
      position === undefined
        ? []
        : index
            .survivors({ ...position, position: 2 }, (token) => p[String.fromCodePoint(token)] ?? 0, 0.01)
            .map(({ fact }) => facts[fact]?.fact.id)
            .sort();
    assert.deepEqual(survivors({ e: 0.01 }), ['g', 'h']);
    assert.deepEqual(survivors({ e: 0.0099 }), []);
    assert.deepEqual(survivors({ e: 0.004, x: 0.003, y: 0.003 }), ['h']);
  });

  it('is what going through every fact and every beginning gives', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 4 });
    const anyFact = fc.record({
      answers: fc.array(word, { minLength: 1, maxLength: 3 }),
      subjects: fc.array(fc.constantFrom('a', 'ab', 'b a'), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 12 }),
        (drafts, text) => {
          const facts = drafts.map(({ answers, subjects }, i) => scorable(`f${i}-`, answers, subjects));
          assert.deepEqual(plan(facts, encoded(text)), slowPlan(facts, text));
        },
      ),
      { numRuns: 300 },
    );
  });

  /** The definitions, word by word. */
  function slowPlan(facts: readonly ScorableFact[], text: string): Record<number, string> {
    const result: Record<number, string> = {};
    for (let position = 1; position <= text.length + 1; position++) {
      const before = text.slice(0, position - 1);
      const here = facts.flatMap(({ fact }) => {
        const isOpen =
          fact.subjects.length === 0 || fact.subjects.some((subject) => isNamed(text, subject, before.length));
        if (!isOpen) {
          return [];
        }
        const kept = fact.answers.filter((a) => !fact.answers.some((b) => b !== a && a.startsWith(b)));
        const depth = Math.max(
          0,
          ...kept.flatMap((answer) =>
            Array.from({ length: answer.length - 1 }, (_, i) => i + 1).filter((n) =>
              before.endsWith(answer.slice(0, n)),
            ),
          ),
        );
        return [depth === 0 && fact.subjects.length === 0 ? `${fact.id}*` : `${fact.id}${depth}`];
      });
      if (here.length > 0) {
        result[position] = here.sort().join(' ');
      }
    }
    return result;
  }

  it('a position whose tokens all lie below the bar has no branch of that mass', () => {
    const facts = [
      scorable('f', ['xy', 'zy', 'y'], ['bc']),
      scorable('g', ['x', 'w'], ['bc']),
      scorable('h', ['v', 'u', 't', 's'], []),
    ];
    const index = new FactIndex(facts);
    const floor = 1e-3;
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2 * floor, noNaN: true }), { minLength: 9, maxLength: 9 }), (p) => {
        const probability = (token: number) => p[token - 's'.charCodeAt(0)] ?? 0;
        for (const plan of index.plan(encoded('bc x zx'))) {
          const bar = index.bar(plan, floor);
          if (plan.tokens.every((token) => probability(token) <= bar)) {
            assert.deepEqual(index.survivors(plan, probability, floor), []);
          }
        }
      }),
    );
  });

  function isNamed(text: string, subject: string, end: number): boolean {
    for (let start = 0; start + subject.length <= end; start++) {
      const whole = text.slice(start, start + subject.length) === subject;
      if (whole && !/[a-z]/.test(text.charAt(start - 1)) && !/[a-z]/.test(text.charAt(start + subject.length))) {
        return true;
      }
    }
    return false;
  }
});
