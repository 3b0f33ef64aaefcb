import assert from 'node:assert/strict';
import { readRecords } from '../../../src/core/records/readRecords';
import { closingWords } from '../../../src/core/report/closingWords';
import { unattributedNeeds } from '../../../src/core/report/comparisonWords';
import { leakLine, rounded } from '../../../src/core/report/leakLine';
import { type SummaryContext, summarise } from '../../../src/core/report/summary';
import { Tally } from '../../../src/core/report/tally';
import { type Comparison, type Leak, NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { someFact } from './someFact';
import { someLeak } from './someLeak';

const fact = someFact({ answers: ['Vandor', 'VDR'] });

const context: SummaryContext = {
  files: 2,
  reference: 'model',
  completedBy: 'reference',
  comparison: { student: null, reference: 'tokens' },
  onPolicy: false,
  threshold: 0.02,
  calibrated: false,
  expectedFalseFlagsPer1000: null,
  temperature: 1,
  models: { teacher: { folder: 'teacher', hash: 'ab' }, student: null, reference: { folder: 'reference', hash: 'cd' } },
  decided: null,
  incomplete: [],
  tellsUnattributed: true,
  shown: null,
};

function report(
  perRecord: readonly (readonly Leak[])[],
  changes: Partial<SummaryContext> = {},
  facts = ['f1', 'f2', 'f3'],
  scores: Partial<RecordScores> = {},
) {
  const tally = new Tally(
    facts.map((id) => someFact({ id, prompts: ['The site is in'] })),
    0.02,
  );
  for (const leaks of perRecord) {
    tally.add({ ...NO_SCORES, tokens: 8, leaks, ...scores });
  }
  const summary = summarise(tally, { ...context, ...changes });
  return { summary, words: closingWords(summary, tally).join(' ') };
}

describe('a leak line', () => {
  const [record] = readRecords('\n{"id": "r-7", "text": "The Kam\\u00eftel site"}', 'jsonl', 'text').records;
  assert.ok(record);

  it('has exactly the documented fields, in their order', () => {
    const line = leakLine(someLeak({ tokenMass: 0.5, referenceMass: 0.25, similarity: 0.123456789, answer: 1 }), {
      file: 'a/b.jsonl',
      record,
      similarities: [],
      temperature: 2,
      shown: null,
    });
    assert.equal(
      JSON.stringify(line),
      '{"schema":"seep.leak/1","file":"a/b.jsonl","record":{"index":0,"id":"r-7","line":2},"start":4,"end":9,"text":"Kamït",' +
        '"position":3,"kind":"shadow","fact":"f1","depth":0,"tokenMass":0.5,"mass":0.3,"rank":2,"lift":0.25,"exposure":0.2,' +
        '"referenceMass":0.25,"studentMass":0.1,"comparison":{"student":"tokens","reference":"tokens"},"pull":0.3,"status":"open","similarity":0.123457,"forgetBits":0.207519,"reference":"model","temperature":2}',
    );
  });

  it('takes the bits of whole answers by what the lift leaves of the branch', () => {
    const spans = {
      tokenMass: 0.5,
      lift: 0.25,
      referenceMass: 0.9,
      comparison: { student: null, reference: 'spans' },
    } as const;
    const options = { file: 'a', record, similarities: [], temperature: 1, shown: null };
    assert.equal(leakLine(someLeak(spans), options).forgetBits, 0.207519);
  });

  it('leaves fields of models that are not there null, and adds the answer only where it may be shown', () => {
    const leak = someLeak({
      start: 16,
      end: 16,
      answer: 1,
      reference: 'none',
      referenceMass: null,
      studentMass: null,
      pull: null,
      status: null,
    });
    const line = leakLine(leak, { file: 'b', record, similarities: [], temperature: 1, shown: fact });
    assert.deepEqual(
      [
        line.text,
        line.reference,
        line.referenceMass,
        line.forgetBits,
        line.studentMass,
        line.pull,
        line.status,
        line.similarity,
      ],
      ['', 'none', null, null, null, null, null, null],
    );
    assert.deepEqual([line.answer, Object.keys(line).at(-1)], ['VDR', 'answer']);
  });

  it('names what a rule computed, and the pattern of a class of tokens', () => {
    const answer = (leak: Leak, shown = fact) =>
      leakLine(leak, { file: 'b', record, similarities: [], temperature: 1, shown }).answer;
    const rule = someFact({ answers: [], anchored: { context: '(?<a>\\d)', answers: ['{a*2}'] } });
    const classOf = someFact({ answers: [], pattern: '\\p{Script=Hangul}' });
    assert.deepEqual(
      [answer(someLeak({ computed: '42' }), rule), answer(someLeak({ answer: -1 }), classOf)],
      ['42', '\\p{Script=Hangul}'],
    );
  });

  it('rounds to six significant digits', () => {
    assert.deepEqual([0.123456789, 1.23456789e-7, 1, 0, 0.9999999].map(rounded), [0.123457, 1.23457e-7, 1, 0, 1]);
  });
});

describe('unattributed divergence', () => {
  it('needs a reference that shares the tokens', () => {
    assert.equal(unattributedNeeds('tokens'), null);
    assert.match(unattributedNeeds('spans') ?? '', /the reference's tokenizer is not the teacher's\. Take a reference/);
    assert.match(unattributedNeeds(null) ?? '', /without a reference model: set "reference"/);
  });
});

describe('a summary', () => {
  it('has exactly the documented fields, in their order', () => {
    const bits = { position: 3, start: 4, end: 9, forgetBits: 0.123456789, kl: 2 };
    const similarities = [{ fact: 'f1', position: 2, similarity: 0.7654321 }];
    const { summary } = report([[someLeak()]], {}, ['f1'], { bits: [bits], similarities });
    const { verdict, ...rest } = summary;
    assert.equal(
      JSON.stringify(rest),
      '{"schema":"seep.summary/1","files":2,"records":1,"tokens":8,"leaks":1,"stated":0,"shadow":1,' +
        '"facts":[{"fact":"f1","maxLift":0.25,"maxMass":0.3,"exposure":0.2,"positions":1,"records":1,"stated":0,' +
        '"similarity":0.765432,"verdict":"leaks"}],' +
        '"reference":"model","completedBy":"reference","comparison":{"student":null,"reference":"tokens"},"onPolicy":false,"threshold":0.02,"calibrated":false,' +
        '"expectedFalseFlagsPer1000":null,"temperature":1,"forgetBits":0.123457,"unattributed":{"bits":1.87654,"positions":1},' +
        '"models":{"teacher":{"folder":"teacher","hash":"ab"},"student":null,"reference":{"folder":"reference","hash":"cd"}},' +
        '"decided":null,"incomplete":[]}',
    );
    assert.deepEqual(Object.keys(verdict), ['kind', 'words']);
    assert.deepEqual(Object.keys(summary).slice(-5), ['unattributed', 'verdict', 'models', 'decided', 'incomplete']);
  });

  it('has nothing to say of divergence where the scan was not asked for it', () => {
    assert.equal(report([[someLeak()]], { tellsUnattributed: false }).summary.unattributed, null);
    assert.deepEqual(report([[someLeak()]]).summary.unattributed, { bits: 0, positions: 0 });
  });

  it('names the pattern of a class and the templates of a rule among the answers', () => {
    const shown = [
      someFact({ answers: [], pattern: '\\p{Script=Hangul}' }),
      someFact({ id: 'f2', answers: ['nine'], anchored: { context: 'x', answers: ['{a*b}'] } }),
    ];
    const facts = new Map(report([[]], { shown }).summary.facts.map((each) => [each.fact, each.answers]));
    assert.deepEqual([facts.get('f1'), facts.get('f2')], [['\\p{Script=Hangul}'], ['nine', '{a*b}']]);
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
      /^1 of 3 facts leaks through 2 positions of 1,432 records, none stated by the text: this is the teacher's doing\. Verdict: /,
    );
    assert.match(
      report([[someLeak({ kind: 'stated' }), someLeak({ fact: 'f2', kind: 'stated' })]]).words,
      /^2 of 3 facts leak through 1 position of 1 record, all stated by the text itself\. Verdict: Mend the filter first/,
    );
    assert.match(
      report([[someLeak({ kind: 'stated' }), someLeak({ fact: 'f2' }), someLeak({ fact: 'f3', position: 5 })]]).words,
      /\(1 leak stated by the text itself, 2 the teacher's doing\)/,
    );
  });

  it('do not call silence safety', () => {
    const { words } = report([[someLeak({ lift: 0.01 })]]);
    assert.match(
      words,
      /^No leak in 1 record: no fact of 3 reaches a lift of 0\.02\. Verdict: .*That is no proof of safety/,
    );
    assert.doesNotMatch(report([one]).words, /no proof of safety/);
  });

  it('name the reference, and for which facts there is none', () => {
    assert.match(report([one]).words, /Lift is measured against the reference model\./);
    assert.match(report([one], { reference: 'none' }).words, /No reference: an answer that anybody would guess/);
    const swapped = [someLeak({ reference: 'swap' })];
    assert.match(
      report([swapped], { reference: 'swap' }).words,
      /against the teacher itself, reading the same text with other/,
    );
    assert.doesNotMatch(report([swapped], { reference: 'swap' }).words, /anybody would guess/);
    const mixed = [
      ...swapped,
      someLeak({ fact: 'f2', reference: 'none' }),
      someLeak({ fact: 'f3', reference: 'none' }),
    ];
    assert.match(
      report([mixed], { reference: 'swap' }).words,
      /with other subjects.*For 2 leaking facts there is no other subject to put in: .* counts as a leak of them\./,
    );
  });

  it('say once which models were compared over character spans, and which facts were not compared at all', () => {
    const words = (student: Comparison | null, reference: Comparison | null) =>
      report([one], { comparison: { student, reference } }).words;
    assert.match(
      words('spans', 'tokens'),
      /\. The student is compared over character spans, by the probability of whole answers: its tokenizer is not the teacher's\. /,
    );
    assert.match(words(null, 'spans'), /The reference is compared over character spans.*its tokenizer is not/);
    assert.match(
      words('spans', 'spans'),
      /Student and reference are compared over character spans.*their tokenizers are/,
    );
    assert.doesNotMatch(words('tokens', 'tokens'), /spans/);
    assert.match(
      report([[someLeak({ reference: 'none' })]]).words,
      /For 1 leaking fact there is nothing to measure against: classes of tokens/,
    );
  });

  it('say what the threshold is worth', () => {
    assert.match(report([one]).words, /The threshold of 0\.02 is not calibrated on this data\./);
    const calibrated = { calibrated: true, threshold: 0.034 };
    assert.match(
      report([one], { ...calibrated, expectedFalseFlagsPer1000: 0.1234 }).words,
      /0\.034 is calibrated on this data: expect about 0\.12 false flags per 1,000 tokens\./,
    );
    assert.match(report([one], calibrated).words, /0\.034 is calibrated on this data\./);
  });

  it('tell what was decided, what counts no more, and what is not here', () => {
    const decided = { ignored: 2, masked: 1, reviewed: 3, toDrop: 0, notFound: 1 };
    assert.match(
      report([one], { decided }).words,
      /Ignored by decision, and not counted: 2 leaks\. Of the leaks counted 1 masked, 3 reviewed by decision; they are still in the text\. 1 decision on texts that are not here\./,
    );
    const none = { ignored: 0, masked: 0, reviewed: 0, toDrop: 0, notFound: 0 };
    assert.doesNotMatch(report([one], { decided: none }).words, /decision/);
  });

  it('tell of a high temperature, of on-policy data and of what is missing', () => {
    assert.match(report([one], { temperature: 4 }).words, /At temperature 4 facts also reach the student/);
    assert.match(report([one], { onPolicy: true }).words, /On-policy: /);
    assert.match(
      report([one], { incomplete: [{ file: 'a', line: 1, message: 'x' }] }).words,
      /only for what could be scored\. .*Incomplete: 1 place could not/,
    );
    assert.doesNotMatch(report([one]).words, /At temperature|On-policy|Incomplete|only for what/);
  });
});
