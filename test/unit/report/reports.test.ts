import assert from 'node:assert/strict';
import { FACT_DEFAULTS, type Fact } from '../../../src/core/forget/fact';
import { readRecords } from '../../../src/core/records/readRecords';
import { closingWords } from '../../../src/core/report/closingWords';
import { leakLine, rounded } from '../../../src/core/report/leakLine';
import { type SummaryContext, summarise } from '../../../src/core/report/summary';
import { Tally } from '../../../src/core/report/tally';
import type { Leak } from '../../../src/core/score/leak';
import { someLeak } from './someLeak';

const fact: Fact = {
  ...FACT_DEFAULTS,
  id: 'f1',
  subjects: ['Kamitel'],
  answers: ['Vandor', 'VDR'],
  line: 1,
};

const context: SummaryContext = {
  files: 2,
  reference: 'model',
  completedBy: 'reference',
  threshold: 0.02,
  calibrated: false,
  expectedFalseFlagsPer1000: null,
  temperature: 1,
  models: { teacher: { folder: 'teacher', hash: 'ab' }, student: null, reference: { folder: 'reference', hash: 'cd' } },
  incomplete: [],
  shown: null,
};

function report(
  perRecord: readonly (readonly Leak[])[],
  changes: Partial<SummaryContext> = {},
  facts = ['f1', 'f2', 'f3'],
) {
  const tally = new Tally(
    facts.map((id) => ({ id })),
    0.02,
  );
  for (const leaks of perRecord) {
    tally.add({ tokens: 8, leaks });
  }
  const summary = summarise(tally, { ...context, ...changes });
  return { summary, words: closingWords(summary, tally.totals).join(' ') };
}

describe('a leak line', () => {
  const [record] = readRecords('\n{"id": "r-7", "text": "The Kam\\u00eftel site"}', 'jsonl', 'text').records;
  assert.ok(record);

  it('has exactly the documented fields, in their order', () => {
    const line = leakLine(someLeak({ tokenMass: 0.123456789, answer: 1 }), {
      file: 'a/b.jsonl',
      record,
      reference: 'model',
      temperature: 2,
      shown: null,
    });
    assert.equal(
      JSON.stringify(line),
      '{"schema":"seep.leak/1","file":"a/b.jsonl","record":{"index":0,"id":"r-7","line":2},"start":4,"end":9,"text":"Kamït",' +
        '"position":3,"kind":"shadow","fact":"f1","depth":0,"tokenMass":0.123457,"mass":0.3,"rank":2,"lift":0.25,"exposure":0.2,' +
        '"referenceMass":0.15,"studentMass":0.1,"pull":0.3,"status":"open","reference":"model","temperature":2}',
    );
  });

  it('leaves fields of models that are not there null, and adds the answer only where it may be shown', () => {
    const leak = someLeak({
      start: 16,
      end: 16,
      answer: 1,
      referenceMass: null,
      studentMass: null,
      pull: null,
      status: null,
    });
    const line = leakLine(leak, { file: 'b', record, reference: 'none', temperature: 1, shown: fact });
    assert.deepEqual(
      [line.text, line.referenceMass, line.studentMass, line.pull, line.status, line.answer, Object.keys(line).at(-1)],
      ['', null, null, null, null, 'VDR', 'answer'],
    );
  });

  it('rounds to six significant digits', () => {
    assert.deepEqual([0.123456789, 1.23456789e-7, 1, 0, 0.9999999].map(rounded), [0.123457, 1.23457e-7, 1, 0, 1]);
  });
});

describe('a summary', () => {
  it('has exactly the documented fields, in their order', () => {
    const { summary } = report([[someLeak()]], {}, ['f1']);
    assert.equal(
      JSON.stringify(summary),
      '{"schema":"seep.summary/1","files":2,"records":1,"tokens":8,"leaks":1,"stated":0,"shadow":1,' +
        '"facts":[{"fact":"f1","maxLift":0.25,"exposure":0.2,"positions":1,"records":1,"stated":0}],' +
        '"reference":"model","completedBy":"reference","threshold":0.02,"calibrated":false,"expectedFalseFlagsPer1000":null,"temperature":1,' +
        '"models":{"teacher":{"folder":"teacher","hash":"ab"},"student":null,"reference":{"folder":"reference","hash":"cd"}},' +
        '"incomplete":[]}',
    );
  });

  it('names subjects and answers only where they may be shown', () => {
    const shown = report([[someLeak()]], { shown: [fact] }).summary.facts;
    assert.deepEqual([shown[0]?.subjects, shown[0]?.answers], [['Kamitel'], ['Vandor', 'VDR']]);
    assert.ok(!('answers' in (shown[1] ?? {})));
  });
});

describe('closing words', () => {
  const one = [someLeak()];

  it('say how many facts leak and whose doing it is', () => {
    assert.match(
      report([one, [someLeak({ position: 4 })], ...Array.from({ length: 1430 }, () => [])]).words,
      /^1 of 3 facts leaks through 2 positions of 1,432 records\. The text states none of them: this is the teacher's doing\./,
    );
    assert.match(
      report([[someLeak({ kind: 'stated' }), someLeak({ fact: 'f2', kind: 'stated' })]]).words,
      /^2 of 3 facts leak through 1 position of 1 record\. The text itself states all of them: the filter missed 2 places\./,
    );
    assert.match(
      report([[someLeak({ kind: 'stated' }), someLeak({ fact: 'f2' }), someLeak({ fact: 'f3', position: 5 })]]).words,
      /The text itself states 1 of them \(1 place that the filter missed\); 2 show where the text does not say so/,
    );
    assert.match(
      report([[someLeak({ kind: 'stated' }), someLeak({ position: 5 })]]).words,
      /states 1 of them \(1 place that the filter missed\); 1 shows where/,
    );
  });

  it('do not call silence safety', () => {
    const { words } = report([[someLeak({ lift: 0.01 })]]);
    assert.match(words, /^No leak in 1 record: no fact of 3 reaches a lift of 0\.02\. That is no proof of safety/);
  });

  it('name the reference, the threshold, a high temperature and what is missing', () => {
    assert.match(report([one]).words, /against the reference model\..*0\.02 is not calibrated/);
    assert.match(report([one], { reference: 'none' }).words, /No reference model: an answer that anybody would guess/);
    assert.match(report([one], { temperature: 4 }).words, /At temperature 4 a fact can reach the student/);
    assert.doesNotMatch(report([one]).words, /At temperature|Incomplete/);
    assert.match(
      report([one], { incomplete: [{ file: 'a', line: 1, message: 'x' }] }).words,
      /Incomplete: 1 place could not/,
    );
  });
});
