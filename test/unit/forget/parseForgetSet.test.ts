import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { forgetSetWarnings } from '../../../src/core/forget/warnings';
import { repoRoot } from '../../repoRoot';

const faults = (text: string) =>
  parseForgetSet(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('reading a forget set', () => {
  it('takes strings for lists of one and fills in defaults', () => {
    const text =
      '\ufeff{"answers": "Vandor"}\r\n\n  \n{"id": "x", "kind": "fact", "subjects": "Kamitel", "answers": ["Vandor", "VDR"], "prompts": "In ", "distractors": ["Solwyn"], "tags": [], "severity": "high"}';
    assert.deepEqual(parseForgetSet(text), {
      problems: [],
      facts: [
        {
          id: '1',
          subjects: [],
          answers: ['Vandor'],
          prompts: [],
          distractors: [],
          tags: [],
          severity: 'medium',
          line: 1,
        },
        {
          id: 'x',
          subjects: ['Kamitel'],
          answers: ['Vandor', 'VDR'],
          prompts: ['In '],
          distractors: ['Solwyn'],
          tags: [],
          severity: 'high',
          line: 4,
        },
      ],
    });
  });

  it('names every fault with its place, and keeps the good facts', () => {
    const lines = [
      '{"id": "a", "answer": "x"}',
      '{"answers": []}',
      '{"answers": ["ok", " x", "", 3]}',
      '{"answers": "x", "severity": "hi", "tags": {}, "id": 7}',
      '{"kind": "tokens", "answers": "x"}',
      '# a comment',
      '["x"]',
      '{"id": "good", "answers": "x"}',
      '{"id": "good", "answers": "y"}',
      '{"answers": "x", "answers": "y"}',
      '{"answers": "x" "id": 1}',
      '{"kind": 5, "answers": null, "subjects": [["x"]]}',
      '{"id": "14", "answers": "x"}',
      '{"answers": "x"}',
    ];
    assert.deepEqual(faults(lines.join('\n')), [
      '1:1 there is no "answers"; name at least one answer',
      '1:13 unknown key "answer"; did you mean "answers"?',
      '2:13 "answers" is empty; name at least one answer',
      '3:20 "answers[1]" begins or ends with white space; take it away',
      '3:26 "answers[2]" is empty',
      '3:30 "answers[3]" is a number; it must be a string',
      '4:30 "severity" cannot be "hi"; it must be one of "low", "medium", "high"',
      '4:44 "tags" is an object; it must be a string or a list of strings',
      '4:54 "id" is a number; it must be a string',
      '5:10 the kind "tokens" is not read by this version of Seep, which reads facts only',
      '6:1 not JSON: expected a value, found a comment (JSON has none)',
      '7:1 a fact must be an object such as {"answers": "..."}, not a list',
      '9:8 the id "good" is already used in line 8',
      '10:18 the key "answers" is given twice',
      '11:17 not JSON: expected "," or "}", found a string',
      '12:10 "kind" is a number; it must be a string',
      '12:24 "answers" is null; it must be a string or a list of strings',
      '12:43 "subjects[0]" is a list; it must be a string',
      '14:1 the id "14" is already used in line 13 (a fact without "id" is called by its line number)',
    ]);
    assert.deepEqual(
      parseForgetSet(lines.join('\n')).facts.map(({ id }) => id),
      ['good', '14'],
    );
  });

  it('refuses a set without facts, which would pass every corpus', () => {
    for (const text of ['', '\n \r\n']) {
      assert.deepEqual(faults(text), ['1:1 the forget set is empty; write one fact a line']);
    }
  });

  it('reads the demo', () => {
    const { facts, problems } = parseForgetSet(readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8'));
    assert.deepEqual(problems, []);
    assert.ok(facts.length > 0);
    assert.deepEqual(forgetSetWarnings(facts), []);
  });
});

describe('warnings about a forget set', () => {
  it('name what is likely not meant, and no fact text', () => {
    const lines = [
      '{"answers": "Vandor"}',
      '{"subjects": "Kamitel", "answers": ["Vandor", "Vandor"]}',
      '{"subjects": "Kamitel", "answers": ["Vandor", "X1"]}',
      '{"subjects": "Bank of Vandor", "answers": "vandor"}',
      '{"subjects": "Kamitel", "answers": "Vandor", "distractors": ["Solwyn", "Vandor"]}',
      '{"subjects": "Kamitel", "answers": "Vandor", "distractors": "Solwyn"}',
    ];
    const warnings = forgetSetWarnings(parseForgetSet(lines.join('\n')).facts);
    assert.deepEqual(
      warnings.map(({ line, message }) => `${line} ${message.replace(/^fact "\d": /, '')}`),
      [
        '1 has no subjects, so it counts in every text and an answer that anybody would guess leaks everywhere',
        '2 names an answer twice',
        '3 answers[1] is only 2 characters long, which ordinary text may well contain',
        '4 answers[0] is part of a subject: naming the subject again will look like a leak',
        '5 distractors[1] is one of the answers',
      ],
    );
    assert.ok(warnings.every(({ message }) => !/vandor|kamitel/i.test(message)));
  });
});
