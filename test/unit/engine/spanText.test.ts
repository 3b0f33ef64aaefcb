import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Said } from '../../../src/core/score/answerTrie';
import { SpanText } from '../../../src/engine/spanText';
import { families, hardText, tokenizer } from './realTokenizers';

const encoder = new TextEncoder();
const LONGEST = 4096;

/** Tokenizers that can write everything and drop nothing. */
const COMPLETE = ['gpt2', 'qwen', 'roberta', 'llama2', 'mistral', 'gemma'];

/** What stands before an answer; something always does. */
const lefts = fc
  .tuple(hardText, fc.constantFrom('is in', 'is in ', '\n', '\u6771', '"', '\u{1f680}'))
  .map((parts) => parts.join(''));

const answers = fc.constantFrom(
  'Vandor',
  'data center',
  '1984',
  "don't",
  '\u00e9t\u00e9',
  '\u6771\u4eac',
  '\u{1f680}!',
);

function bytes(name: string, ids: readonly number[]): number[] {
  return ids.flatMap((id) => [...(tokenizer(name).bytesOf(id) ?? [])]);
}

/** What a spelling still has to say. */
function rest(form: string, { units, bytes: more }: Said): number[] {
  return [...encoder.encode(form.slice(units))].slice(more);
}

describe('answers over character spans', function () {
  this.timeout(60_000);

  it('are followed token by token, to the byte', () => {
    for (const name of COMPLETE) {
      fc.assert(
        fc.property(fc.oneof(answers, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })), (answer) => {
          for (const { tokens, spellings } of tokenizer(name).answerPaths([answer.normalize('NFC')])) {
            for (const { text, said } of spellings) {
              assert.equal(said.length, tokens.length + 1);
              said.forEach((each, depth) => {
                assert.deepEqual(bytes(name, tokens.slice(depth)), rest(text, each), `${name}: ${text} at ${depth}`);
              });
            }
          }
        }),
        { numRuns: 60 },
      );
    }
  });

  for (const teacher of families) {
    it(`of ${teacher}'s tokens part from their context at a boundary of any other's`, () => {
      fc.assert(
        fc.property(lefts, answers, fc.constantFrom(...COMPLETE), (left, answer, name) => {
          const other = tokenizer(name);
          const text = new SpanText(other, LONGEST, left);
          for (const { tokens, spellings } of tokenizer(teacher).answerPaths([answer])) {
            for (const spelling of spellings) {
              const whole = other.encode(left + spelling.text).ids;
              let before = 0;
              for (let depth = 0; depth < tokens.length; depth++) {
                const said = spelling.said[depth] ?? { units: 0, bytes: 0 };
                const question = text.question(left.length, spelling, said);
                if (question === null) {
                  assert.equal(left.length + other.prefix.length + said.units, 0, 'something stands before it');
                  continue;
                }
                const { context, tokens: own, begun } = question;
                // Together they are the text, as this model writes it, ...
                assert.deepEqual([...context, ...own], whole);
                // ... the answer's rest is what they say behind what is given, ...
                const given = [...(begun?.bytes ?? [])];
                const asked = bytes(name, own);
                assert.deepEqual(asked, [...given, ...rest(spelling.text, said)]);
                // ... no boundary is nearer, and they move on with the answer.
                assert.ok(given.length < (other.bytesOf(own[0] ?? -1)?.length ?? 0));
                assert.ok(context.length >= before);
                before = context.length;
              }
            }
          }
        }),
        { numRuns: 100 },
      );
    });
  }

  it('rewrite no more of a long text than changes with them', () => {
    for (const name of families) {
      const other = tokenizer(name);
      fc.assert(
        fc.property(fc.array(lefts, { minLength: 30, maxLength: 60 }), answers, (parts, answer) => {
          const left = parts.join(' The Kamitel data center');
          const spelling = { text: ` ${answer}`, said: [] };
          const question = new SpanText(other, LONGEST, left).question(left.length, spelling, { units: 0, bytes: 0 });
          if (question !== null) {
            assert.deepEqual([...question.context, ...question.tokens], other.encode(left + spelling.text).ids, name);
          }
        }),
        { numRuns: 6 },
      );
    }
  });

  it('keep as much context as a model can read', () => {
    const other = tokenizer('gpt2');
    const left = 'The Kamitel data center is in '.repeat(200);
    const question = new SpanText(other, 100, left).question(
      left.length,
      { text: 'Vandor', said: [] },
      { units: 0, bytes: 0 },
    );
    const whole = other.encode(`${left}Vandor`).ids;
    const { context = [], tokens = [] } = question ?? {};
    assert.ok(context.length >= 100 && context.length < 400, `${context.length} of ${whole.length}`);
    assert.deepEqual([...context, ...tokens], whole.slice(whole.length - context.length - tokens.length));
  });
});
