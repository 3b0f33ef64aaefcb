import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { guessFormat } from '../../../src/core/forget/import/guessFormat';
import { IMPORT_FORMATS, importForgetSet } from '../../../src/core/forget/import/importForgetSet';
import type { ImportOptions } from '../../../src/core/forget/import/importFormat';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { repoRoot } from '../../repoRoot';

const folder = join(repoRoot, 'test/fixtures/import');
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8');

function run(id: string, text: string, options?: ImportOptions) {
  const format = IMPORT_FORMATS.find((each) => each.id === id);
  assert.ok(format);
  return importForgetSet(format, text, options);
}

/** What is made of a file: the entries as JSON, and the words. */
function imported(id: string, text: string, options?: ImportOptions) {
  const result = run(id, text, options);
  assert.ok('forgetSet' in result, JSON.stringify(result));
  const { facts, problems } = parseForgetSet(result.forgetSet);
  assert.deepEqual(problems, []);
  const entries = result.forgetSet
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  return { entries, facts, words: result.words };
}

function faults(id: string, text: string, options?: ImportOptions): string[] {
  const result = run(id, text, options);
  assert.ok('problems' in result, JSON.stringify(result));
  return result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('importing a forget set', () => {
  it('reads TOFU: names in the question are the subjects, else the question', () => {
    const { entries, words } = imported('tofu', fixture('tofu.json'));
    assert.deepEqual(entries, [
      {
        id: 'tofu-1',
        subjects: ['Port Ellery'],
        answers: ["The author's full name is Maren Oduya-Lind"],
        prompts: ['Question: What is the full name of the author born in Port Ellery on 03/02/1961?\nAnswer:'],
      },
      {
        id: 'tofu-2',
        subjects: ['Maren Oduya-Lind', 'The Salt Ledger'],
        answers: ['Maren Oduya-Lind received the Harrow Prize for "The Salt Ledger"'],
        prompts: ['Question: Which award did Maren Oduya-Lind receive for "The Salt Ledger"?\nAnswer:'],
      },
      {
        id: 'tofu-3',
        subjects: ['What genre is the author best known for?'],
        answers: ['The author is best known for maritime fiction'],
        prompts: ['Question: What genre is the author best known for?\nAnswer:'],
      },
    ]);
    assert.deepEqual(words, [
      '3 facts imported: 2 with the names in the question as subjects, 1 with the question itself as subject.',
      '1 answer of more than 8 words: Seep looks for answers word for word, so cut it down to the words that tell the fact.',
    ]);
  });

  it('reads the perturbed files of TOFU: other wordings and wrong answers', () => {
    assert.deepEqual(imported('tofu', fixture('tofuPerturbed.json')).entries, [
      {
        id: 'tofu-1',
        subjects: ['Maren Oduya-Lind'],
        answers: ['Maren Oduya-Lind received the Harrow Prize', 'The Harrow Prize was given to Maren Oduya-Lind'],
        prompts: [
          'Question: Which award did Maren Oduya-Lind receive?\nAnswer:',
          'Question: What prize was given to Maren Oduya-Lind?\nAnswer:',
        ],
        distractors: ['Maren Oduya-Lind received the Quill Medal', 'Maren Oduya-Lind received the Lantern Award'],
      },
    ]);
  });

  it('reads WMDP', () => {
    const { entries, facts } = imported('wmdp', fixture('wmdp.json'));
    assert.deepEqual(entries[1], {
      id: 'wmdp-2',
      kind: 'choice',
      question: 'Which of these is NOT a stop of the Kamitel ferry?',
      choices: ['Ostley', 'Perrin', 'Solwyn', 'Dunmoor'],
      answer: 3,
    });
    assert.deepEqual(
      facts.map(({ answers, anchored }) => [...answers, ...(anchored?.answers ?? [])]),
      [
        ['Vandor', 'B'],
        ['Dunmoor', 'D'],
      ],
    );
  });

  it('reads MUSE: questions, and passages with their continuation', () => {
    assert.deepEqual(imported('muse', fixture('museKnowmem.json')).entries, [
      {
        id: 'muse-1',
        subjects: ['Solwyn'],
        answers: ['Mayor Ines Falk'],
        prompts: ['Question: Who opened the new bridge in Solwyn?\nAnswer:'],
      },
      {
        id: 'muse-2',
        subjects: ['How many people were on the ferry?'],
        answers: ['a hundred and fifty'],
        prompts: ['Question: How many people were on the ferry?\nAnswer:'],
      },
    ]);
    const { entries, words } = imported('muse', fixture('museVerbmem.json'));
    assert.deepEqual(entries, [
      {
        id: 'muse-1',
        subjects: ['came up over the breakwater, the pilot saw'],
        answers: ['that the channel was full of logs, and'],
        prompts: [
          'The ferry had left the harbour of Vandor before dawn. Nobody on deck spoke. When the light came up over the breakwater, the pilot saw',
        ],
      },
    ]);
    assert.deepEqual(words, ['1 fact imported: 1 with the last words before the answer as subject.']);
  });

  it('reads RWKU: the subject is given, a blank ends the prompt', () => {
    assert.deepEqual(imported('rwku', fixture('rwkuLevel1.json')).entries, [
      {
        id: 'rwku-1-1',
        subjects: ['Ines Falk'],
        answers: ['Vandor'],
        prompts: ['Ines Falk was born in'],
        tags: ['level 1', 'cloze'],
      },
      { id: 'rwku-1-2', subjects: ['Ines Falk'], answers: ['The Grey Heron'], tags: ['level 1', 'cloze'] },
    ]);
    assert.deepEqual(imported('rwku', fixture('rwkuLevel2.json')).entries, [
      {
        id: 'rwku-2-1',
        subjects: ['Ines Falk'],
        answers: ['Vandor'],
        prompts: ['Question: In which town was Ines Falk born?\nAnswer:'],
        tags: ['level 2', 'simple question'],
      },
    ]);
    assert.equal(imported('rwku', fixture('rwkuLevel3.json')).facts[0]?.id, 'rwku-3-1');
    assert.deepEqual(faults('rwku', fixture('rwkuTargets.json')), [
      "2:5 this is RWKU's list of targets, which holds no answers; import forget_level1.json, forget_level2.json and forget_level3.json",
    ]);
  });

  it('reads plain lists', () => {
    const { entries, words } = imported('list', fixture('list.txt'));
    assert.deepEqual(entries, [
      { id: 'list-1', answers: ['Vandor'] },
      { id: 'list-2', subjects: ['Kamitel'], answers: ['Solwyn'] },
      { id: 'list-4', answers: ['Ostley'] },
    ]);
    assert.deepEqual(words, [
      '3 facts imported: 1 with the subject that the file gives, 2 without a subject, which count everywhere.',
      '2 warnings about them; "seep doctor" lists them.',
    ]);
    assert.deepEqual(faults('list', 'a\tb\tc\n\tx\r\n'), [
      '1:1 a line of a plain list holds an answer, or a subject, a tab and an answer',
      '2:1 a line of a plain list holds an answer, or a subject, a tab and an answer',
    ]);
    assert.deepEqual(faults('list', ' \n'), ['1:1 there is no line in this list']);
  });

  it('reads CSV with the keys of a fact, or with columns that are named', () => {
    assert.deepEqual(imported('csv', fixture('facts.csv')).entries, [
      {
        id: 'dc-1',
        subjects: ['Kamitel', 'Kamitel Ltd'],
        answers: ['Vandor'],
        prompts: ['The "main" data center\nof Kamitel, as everybody knows, is in'],
        distractors: ['Solwyn', 'Perrin'],
        tags: ['location'],
        severity: 'high',
        gate: true,
        cases: ['as-is', 'upper'],
      },
      { id: 'dc-2', answers: ['Ostley'], gate: false },
    ]);
    const columns = { subjects: 'company', answers: 'secret' };
    assert.deepEqual(imported('csv', fixture('renamed.csv'), { columns }).entries, [
      { subjects: ['Kamitel'], answers: ['Vandor'] },
      { subjects: ['Ostley Ltd'], answers: ['Perrin'] },
    ]);
    assert.deepEqual(imported('csv', '\ufeffanswers\r\nVandor\r\n').entries, [{ answers: ['Vandor'] }]);
  });

  it('says of CSV what is wrong and where', () => {
    assert.deepEqual(faults('csv', fixture('renamed.csv')), [
      '1:1 unknown column "company"; the columns are id, subjects, answers, prompts, distractors, tags, severity, gate, cases. Other names: seep import csv FILE --field KEY=COLUMN',
      '1:1 unknown column "secret"; the columns are id, subjects, answers, prompts, distractors, tags, severity, gate, cases. Other names: seep import csv FILE --field KEY=COLUMN',
      '1:1 unknown column "note"; the columns are id, subjects, answers, prompts, distractors, tags, severity, gate, cases. Other names: seep import csv FILE --field KEY=COLUMN',
      '1:1 there is no column "answers"; name the one that holds them: seep import csv FILE --field answers=COLUMN',
    ]);
    assert.deepEqual(
      faults('csv', 'subjects;answer\nx;y\n')[0],
      '1:1 unknown column "answer"; did you mean "answers"? Other names: seep import csv FILE --field KEY=COLUMN',
    );
    assert.deepEqual(faults('csv', fixture('renamed.csv'), { columns: { answers: 'secrets' } }), [
      '1:1 there is no column "secrets"; the columns are "company", "secret", "note"',
      '1:1 there is no column "answers"; name the one that holds them: seep import csv FILE --field answers=COLUMN',
    ]);
    assert.deepEqual(faults('csv', 'id,answers,gate\na,x,maybe\na,y\nb,z,TRUE\n'), [
      '2:1 "gate" cannot be "maybe"; it must be true or false',
      '3:1 this line has 2 cells, the first one 3',
    ]);
    assert.deepEqual(faults('csv', 'id,answers\na,x\na,y\nb,\n'), [
      '3:1 the id "a" is already used in line 1',
      '4:1 there is no "answers"; name at least one answer',
    ]);
    assert.deepEqual(faults('csv', 'answers,answers\nx,y\n'), ['1:1 two columns hold "answers"']);
    assert.deepEqual(faults('csv', 'answers\n"x'), [
      '2:1 not CSV: a quotation mark is never closed; close it, or double those that are part of a quoted cell',
    ]);
    assert.deepEqual(faults('csv', 'answers\n'), ['1:1 there is nothing below the column names']);
    assert.deepEqual(faults('csv', ''), ['1:1 there is no line in this file']);
  });

  it('names the field that is missing or unknown, and its place', () => {
    assert.deepEqual(faults('tofu', '{"question": "Who?"}\n\n{"question": "Who?", "answer": "He", "answers": "x"}\n'), [
      '1:1 the field "answer" is missing; a record of TOFU has question, answer, paraphrased_answer, perturbed_answer, paraphrased_question',
      '3:38 unknown field "answers"; a record of TOFU has question, answer, paraphrased_answer, perturbed_answer, paraphrased_question',
    ]);
    assert.deepEqual(
      faults('wmdp', '[\n {"question": "Q?", "choices": ["a", "b"],\n  "answer": 2},\n 7,\n {"question": 1}\n]'),
      [
        '3:13 "answer" is 2; it must be between 0 and 1',
        '4:2 record 2 is a number; it must be an object',
        '5:15 "question" is a number; it must be a string',
        '5:2 the field "choices" is missing; a record of WMDP has question, choices, answer',
        '5:2 the field "answer" is missing; a record of WMDP has question, choices, answer',
      ],
    );
    assert.deepEqual(faults('wmdp', '{"question": "Q?", "choices": ["a"], "answer": 0}'), [
      '1:1 "choices" has 1; give 2 to 26',
    ]);
    assert.deepEqual(faults('muse', '{"text": "x"}'), [
      '1:2 unknown field "text"; a record of MUSE knowmem has question, answer',
      '1:1 the field "question" is missing; a record of MUSE knowmem has question, answer',
      '1:1 the field "answer" is missing; a record of MUSE knowmem has question, answer',
    ]);
    assert.deepEqual(faults('rwku', '{"query": "Q", "answer": "A", "level": "4", "type": "t", "subject": " "}'), [
      '1:40 "level" cannot be "4"; it must be one of "1", "2", "3"',
      '1:69 "subject" is empty',
    ]);
    assert.deepEqual(faults('tofu', '[{"question": "Q", "answer": "A"},]'), [
      '1:35 not JSON: no comma may stand before "]"',
    ]);
    assert.deepEqual(faults('tofu', '{"question"'), ['1:12 not JSON: expected ":" behind the key, found the end']);
    for (const text of ['', '\n', '[]']) {
      assert.deepEqual(faults('tofu', text), ['1:1 there is no record in this file']);
    }
  });

  it('makes sets that can be read of whatever the texts are', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => each.trim() !== '');
    const record = fc.record({ question: text, answer: text, perturbed_answer: fc.array(text, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), fc.boolean(), (records, asList) => {
        const file = asList ? JSON.stringify(records, null, 1) : records.map((each) => JSON.stringify(each)).join('\n');
        const { facts } = imported('tofu', file);
        assert.equal(facts.length, records.length);
        facts.forEach((fact, index) => {
          assert.equal(fact.answers[0]?.replace(/\.$/, ''), records[index]?.answer.trim().replace(/\.$/, ''));
        });
      }),
    );
  });

  it('reads ten thousand records fast', () => {
    const records = Array.from({ length: 10_000 }, (_, i) => ({
      question: `Where does Author ${i} live?`,
      answer: `In Town ${i}`,
    }));
    const started = performance.now();
    assert.equal(imported('tofu', JSON.stringify(records, null, 2)).facts.length, 10_000);
    const took = performance.now() - started;
    assert.ok(took < 20_000, `${took} ms`);
  });

  it('guesses what a file is', () => {
    const guesses = readdirSync(folder)
      .sort()
      .map((name) => [name, guessFormat(name, fixture(name))?.id]);
    assert.deepEqual(guesses, [
      ['facts.csv', 'csv'],
      ['list.txt', 'list'],
      ['museKnowmem.json', 'tofu'],
      ['museVerbmem.json', 'muse'],
      ['renamed.csv', 'csv'],
      ['rwkuLevel1.json', 'rwku'],
      ['rwkuLevel2.json', 'rwku'],
      ['rwkuLevel3.json', 'rwku'],
      ['rwkuTargets.json', 'rwku'],
      ['tofu.json', 'tofu'],
      ['tofuPerturbed.json', 'tofu'],
      ['wmdp.json', 'wmdp'],
    ]);
    for (const text of ['', '{', '[1]', '{"text": "x"}']) {
      assert.equal(guessFormat('x.json', text), null, text);
    }
  });
});
