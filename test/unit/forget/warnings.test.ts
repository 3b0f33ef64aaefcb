import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { classWarnings, forgetSetWarnings } from '../../../src/core/forget/warnings';
import { repoRoot } from '../../repoRoot';

describe('warnings about a forget set', () => {
  it('name what is likely not meant, and no fact text', () => {
    const lines = [
      '{"answers": "Vandor"}',
      '{"subjects": "Kamitel", "answers": ["Vandor", "Vandor"]}',
      '{"subjects": "Kamitel", "answers": ["Vandor", "X1"]}',
      '{"subjects": "Bank of Vandor", "answers": "vandor"}',
      '{"subjects": "Kamitel", "answers": "Vandor", "distractors": ["Solwyn", "Vandor"]}',
      '{"subjects": "Kamitel", "answers": "Vandor", "distractors": "Solwyn"}',
      '{"subjects": ["Vandor", "vandor"], "answers": ["Kamitel", "VANDOR"]}',
      '{"kind": "choice", "question": "Where is Kamitel?", "choices": ["Vandor", "Solwyn", "Vandor", "Solwyn"], "answer": 0}',
      '{"kind": "choice", "question": "Is it Vandor or X?", "choices": ["X", "Vandor"], "answer": 0}',
      '{"kind": "rule", "context": "Kamitel is in", "answers": ["Vandor", "Vandor"]}',
      '{"kind": "rule", "context": "(?<a>[0-9]+) squared is", "answers": "{a^2}"}',
      '{"kind": "tokens", "pattern": "Vandor"}',
      '{"kind": "tokens", "pattern": "Vandor", "id": "again"}',
    ];
    const warnings = forgetSetWarnings(parseForgetSet(lines.join('\n')).facts);
    assert.deepEqual(
      warnings.map(({ line, message }) => `${line} ${message}`),
      [
        '1 fact "1": has no subjects, so it counts in every text and an answer that anybody would guess leaks everywhere',
        '2 fact "2": names an answer twice',
        '3 fact "3": answers[1] is only 2 characters long, which ordinary text may well contain',
        '4 fact "4": answers[0] is part of a subject: naming the subject again will look like a leak',
        '5 fact "5": distractors[1] is one of the answers',
        '6 fact "6": says the same as "5"',
        '7 fact "7": names a subject twice',
        '7 fact "7": answers[1] is also a subject: every mention of the subject will look like a leak',
        '8 choice "8": a wrong choice is the same as the right one',
        '8 choice "8": two of its choices are the same',
        '9 choice "9": the right choice is only 1 character long, which ordinary text may well contain',
        '9 choice "9": the right choice is part of a subject: naming the subject again will look like a leak',
        '10 rule "10": its context has no named groups, so its answer is the same behind every match',
        '10 rule "10": names an answer twice',
        '13 tokens "again": says the same as "12"',
      ],
    );
    assert.ok(warnings.every(({ message }) => !/vandor|kamitel/i.test(message)));
  });

  it('are not raised by the demo', () => {
    const { facts } = parseForgetSet(readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8'));
    assert.deepEqual(forgetSetWarnings(facts), []);
  });

  it('say when a class of tokens holds most of the vocabulary', () => {
    const { facts } = parseForgetSet('{"answers": "x"}\n{"id": "w", "kind": "tokens", "pattern": "[a-z]"}');
    assert.deepEqual(classWarnings(facts, [{ fact: 'w', tokens: [0, 1] }], 3), [
      {
        line: 2,
        column: 1,
        message:
          'tokens "w": its pattern matches 2 of the 3 tokens (67 %), so ordinary text will look like a leak; narrow the pattern',
      },
    ]);
    assert.deepEqual(classWarnings(facts, [{ fact: 'w', tokens: [0, 1] }], 4), []);
  });
});
