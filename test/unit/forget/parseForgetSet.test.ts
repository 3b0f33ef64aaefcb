import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACT_DEFAULTS } from '../../../src/core/forget/fact';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { repoRoot } from '../../repoRoot';

const faults = (text: string) =>
  parseForgetSet(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('reading a forget set', () => {
  it('takes strings for lists of one and fills in defaults', () => {
    const text =
      '\ufeff{"answers": "Vandor"}\r\n\n  \n{"id": "x", "kind": "fact", "subjects": "Kamitel", "answers": ["Vandor", "VDR"], "prompts": "In ", "distractors": ["Solwyn"], "tags": [], "severity": "high", "gate": false, "cases": ["upper", "title", "upper"]}';
    assert.deepEqual(parseForgetSet(text), {
      problems: [],
      facts: [
        { ...FACT_DEFAULTS, id: '1', answers: ['Vandor'], line: 1 },
        {
          id: 'x',
          kind: 'fact',
          subjects: ['Kamitel'],
          gated: false,
          answers: ['Vandor', 'VDR'],
          cases: ['upper', 'title'],
          prompts: ['In '],
          distractors: ['Solwyn'],
          tags: [],
          severity: 'high',
          pattern: null,
          anchored: null,
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
      '{"kind": "token", "answer": "x", "stranger": 1}',
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
      '1:13 an entry of kind "fact" has no "answer", one of kind "choice" has; did you mean "answers"?',
      '2:13 "answers" is empty; name at least one answer',
      '3:20 "answers[1]" begins or ends with white space; take it away',
      '3:26 "answers[2]" is empty',
      '3:30 "answers[3]" is a number; it must be a string',
      '4:30 "severity" cannot be "hi"; it must be one of "low", "medium", "high"',
      '4:44 "tags" is an object; it must be a string or a list of strings',
      '4:54 "id" is a number; it must be a string',
      '5:10 "kind" cannot be "token"; it must be one of "fact", "tokens", "rule", "choice"',
      '5:34 unknown key "stranger"; the keys are ' +
        'id, kind, subjects, answers, prompts, distractors, tags, severity, gate, cases, pattern, context, question, choices, answer',
      '6:1 not JSON: expected a value, found a comment (JSON has none)',
      '7:1 a fact must be an object such as {"answers": "..."}, not a list',
      '9:8 the id "good" is already used in line 8',
      '10:18 the key "answers" is given twice',
      '11:17 not JSON: expected "," or "}", found a string',
      '12:10 "kind" is a number; it must be one of "fact", "tokens", "rule", "choice"',
      '12:43 "subjects[0]" is a list; it must be a string',
      '14:1 the id "14" is already used in line 13 (a fact without "id" is called by its line number)',
    ]);
    assert.deepEqual(
      parseForgetSet(lines.join('\n')).facts.map(({ id }) => id),
      ['good', '14'],
    );
  });

  it('reads classes of tokens', () => {
    const text =
      '{"id": "ko", "kind": "tokens", "pattern": "\\\\p{Script=Hangul}", "subjects": "Kim", "gate": true, "severity": "low"}';
    assert.deepEqual(parseForgetSet(text), {
      problems: [],
      facts: [
        {
          ...FACT_DEFAULTS,
          id: 'ko',
          kind: 'tokens',
          answers: [],
          subjects: ['Kim'],
          severity: 'low',
          pattern: '\\p{Script=Hangul}',
          line: 1,
        },
      ],
    });
  });

  it('reads rules', () => {
    const text =
      '{"kind": "rule", "context": "(?<a>\\\\d+) \\\\* (?<b>\\\\d+) =", "answers": "{a*b}", "cases": "lower"}';
    assert.deepEqual(parseForgetSet(text), {
      problems: [],
      facts: [
        {
          ...FACT_DEFAULTS,
          id: '1',
          kind: 'rule',
          answers: [],
          cases: ['lower'],
          anchored: { context: '(?<a>\\d+) \\* (?<b>\\d+) =', answers: ['{a*b}'] },
          line: 1,
        },
      ],
    });
  });

  it('makes a fact of a choice: its right text anywhere, its letter behind "Answer:"', () => {
    const text =
      '{"id": "w", "kind": "choice", "question": "Where is Kamitel?", "choices": ["Solwyn", "Vandor", "Perrin"], "answer": 1, "gate": false}';
    const { problems, facts } = parseForgetSet(text);
    assert.deepEqual(problems, []);
    const [fact] = facts;
    assert.ok(fact?.anchored);
    const { anchored, ...others } = fact;
    assert.deepEqual(others, {
      id: 'w',
      kind: 'choice',
      subjects: ['Where is Kamitel?'],
      gated: false,
      answers: ['Vandor'],
      cases: ['as-is'],
      prompts: ['Where is Kamitel?\nA. Solwyn\nB. Vandor\nC. Perrin\nAnswer:'],
      distractors: ['Solwyn', 'Perrin'],
      tags: [],
      severity: 'medium',
      pattern: null,
      line: 1,
    });
    assert.deepEqual(anchored.answers, ['B']);
    const behind = (before: string) => [...before.matchAll(new RegExp(anchored.context, 'gu'))].at(-1)?.[0];
    for (const before of [
      'Answer:',
      'answer:',
      'ANSWER :',
      'Answer：',
      'the answer is',
      'Answer: (',
      'The answer is: (',
    ]) {
      const match = behind(`C. Perrin\n${before}`);
      assert.ok(match !== undefined && before.endsWith(match), before);
    }
    for (const before of ['answers', 'No answer', 'Question:', 'answered:', 'the answer isn’t']) {
      assert.equal(behind(before), undefined, before);
    }
    const named = parseForgetSet(text.replace('{"id"', '{"subjects": ["Kamitel"], "id"')).facts[0];
    assert.deepEqual(named?.subjects, ['Kamitel']);
  });

  it('points at what is wrong with the other kinds, inside their expressions, too', () => {
    const lines = [
      '{"kind": "tokens", "answers": "x", "cases": "as-is"}',
      '{"kind": "tokens", "pattern": "\\\\d\\\\p{Skript=Han}"}',
      '{"kind": "tokens", "pattern": "a*"}',
      '{"kind": "tokens", "pattern": " "}',
      '{"kind": "rule", "context": "(?<a>\\\\d+) =", "answers": ["{a}", "\\"{a*b}"]}',
      '{"kind": "rule", "context": "(?<a>\\\\d+", "answers": "{b}"}',
      '{"kind": "rule", "context": "x?", "answers": []}',
      '{"kind": "rule", "prompts": "x"}',
      '{"kind": "choice", "question": "q", "choices": ["a", "b"], "answer": 2}',
      '{"kind": "choice", "question": "q", "choices": ["a"], "answer": 0.5}',
      '{"kind": "choice", "answers": ["a"]}',
      '{"answers": "x", "cases": [], "gate": 0}',
      '{"answers": "x", "cases": ["lower", "Title"]}',
      '{"kind": "fact", "answers": "x", "pattern": "x"}',
    ];
    assert.deepEqual(faults(lines.join('\n')), [
      '1:1 there is no "pattern"; write a regular expression',
      '1:20 an entry of kind "tokens" has no "answers", one of kind "fact" or "rule" has; its keys are id, kind, pattern, subjects, tags, severity, gate',
      '1:36 an entry of kind "tokens" has no "cases", one of kind "fact", "rule" or "choice" has; its keys are id, kind, pattern, subjects, tags, severity, gate',
      '2:49 "pattern" is no regular expression (JavaScript, flag u): Invalid property name',
      '3:31 "pattern" also matches the empty text, so it would match everywhere',
      '4:31 "pattern" is empty',
      '5:70 in "answers": "context" has no group named "b"; its groups are a',
      '6:39 "context" is no regular expression (JavaScript, flag u): Unterminated group',
      '7:29 "context" also matches the empty text, so it would match everywhere',
      '7:46 "answers" is empty; name at least one answer',
      '8:1 there is no "context"; write a regular expression',
      '8:1 there is no "answers"; name at least one answer',
      '8:18 an entry of kind "rule" has no "prompts", one of kind "fact" has; its keys are id, kind, context, answers, subjects, tags, severity, gate, cases',
      '9:70 "answer" is 2; it must be between 0 and 1',
      '10:48 "choices" has 1; give 2 to 26',
      '10:65 "answer" is 0.5; it must be a whole number',
      '11:1 there is no "question"; ask the question',
      '11:1 there is no "choices"; list the choices',
      '11:1 there is no "answer"; give the index of the right choice, counted from 0',
      '11:20 an entry of kind "choice" has no "answers", one of kind "fact" or "rule" has; did you mean "answer"?',
      '12:27 "cases" is an empty list; name at least one of "as-is", "lower", "upper", "title"',
      '12:39 "gate" is a number; it must be true or false',
      '13:37 "cases[1]" cannot be "Title"; it must be one of "as-is", "lower", "upper", "title"',
      '14:34 an entry of kind "fact" has no "pattern", one of kind "tokens" has; its keys are id, kind, subjects, answers, prompts, distractors, tags, severity, gate, cases',
    ]);
  });

  it('reads ten thousand facts fast', () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, i) =>
        `{"subjects": ["Company ${i}"], "answers": ["Town ${i}", "T${i}"], "prompts": ["The site of Company ${i} is in"]}`,
    );
    const started = performance.now();
    const { facts, problems } = parseForgetSet(lines.join('\n'));
    assert.deepEqual([facts.length, problems.length], [10_000, 0]);
    const took = performance.now() - started;
    assert.ok(took < 10_000, `${took} ms`);
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
  });
});
