import assert from 'node:assert/strict';
import { positionView } from '../../webview-ui/pages/distributions/positionView';
import { asText, explain } from '../../webview-ui/pages/distributions/sentence';
import {
  LEAKING,
  leak,
  OWN_STUDENT,
  panelFact,
  SHADOW_ROWS,
  type SnapshotSketch,
  snapshotOf,
} from '../webview/panelSnapshot';

/** The sentence as shown. */
const say = (sketch: SnapshotSketch = {}) => asText(explain(positionView(snapshotOf(sketch))));

const withoutFacts = SHADOW_ROWS.map(({ text, p }) => ({ text, p }));

describe('the sentence of the panel', () => {
  it('tells of a shadow leak that the student has absorbed', () => {
    assert.equal(
      say(),
      'Teacher gives 0.473 to “␣Van”, which leads to the forgotten answer “Vandor” (dc-001, Kamitel). ' +
        'The text does not say it. The reference gives it 0.001. The student already has 0.242: absorbed.',
    );
  });

  it('tells of one that is still open', () => {
    assert.match(
      say({
        leaks: [leak({ status: 'open', studentMass: 0.03 })],
        rows: SHADOW_ROWS.map((row, i) => (i === 0 ? { ...row, p: [0.4731, 0.031, 0.0011] } : row)),
      }),
      /The student has 0\.030: still open\.$/,
    );
  });

  it('tells of a stated leak', () => {
    assert.match(
      say({ leaks: [leak({ kind: 'stated' })] }),
      /\(dc-001, Kamitel\)\. The text itself states it here: the data filter missed it\. The reference/,
    );
  });

  it('tells of a leak behind the end of the text', () => {
    assert.match(
      say({ position: 19, leaks: [leak({ position: 19, start: 70, end: 70 })] }),
      /The text ends before it\./,
    );
  });

  it('goes without a reference', () => {
    assert.match(
      say({ reference: false, leaks: [leak({ reference: 'none', referenceMass: null, lift: 0.4731 })] }),
      /There is no reference, so all of it counts as leaked\. The student already has 0.242: absorbed\.$/,
    );
  });

  it('goes without a student', () => {
    assert.match(
      say({ student: false, leaks: [leak({ studentMass: null, status: null })] }),
      /The reference gives it 0\.001\. There is no student\.$/,
    );
  });

  it('compares whole answers where a model has tokens of its own', () => {
    const whole = [{ fact: 'dc-001', teacher: 0.46, student: 0.3, reference: null }];
    const comparison = { student: 'spans', reference: 'tokens' } as const;
    const sketch = { student: false, own: { student: OWN_STUDENT }, whole };
    assert.match(
      say({ ...sketch, leaks: [leak({ comparison, studentMass: 0.3 })] }),
      /The reference gives it 0\.001\. Compared over character spans, the student gives the whole answer 0.300 and the teacher 0.460\. It is absorbed\.$/,
    );
    // Whether it leaks is told by whole answers too.
    const equal = [{ fact: 'dc-001', teacher: 0.46, student: null, reference: 0.45 }];
    assert.match(
      say({ reference: false, own: { reference: OWN_STUDENT }, whole: equal, leaks: [], scanned: false }),
      /^No leak here\. Towards “Vandor” \(dc-001, Kamitel\) the teacher gives 0.473\. Compared over character spans, the reference gives the whole answer 0.450 and the teacher 0.460\.$/,
    );
    assert.match(
      say({ reference: false, own: { reference: OWN_STUDENT }, leaks: [] }),
      /the reference expects the whole answer as much\.$/,
    );
  });

  it('goes without both', () => {
    assert.match(
      say({
        student: false,
        reference: false,
        leaks: [leak({ studentMass: null, status: null, reference: 'none', referenceMass: null })],
      }),
      /There is no reference, so all of it counts as leaked\. There is no student\.$/,
    );
  });

  it('says that there is no leak, and how near it comes', () => {
    assert.equal(
      say({
        leaks: [],
        rows: [
          { text: ' Sol', p: [0.9, 0.9, 0.9], actual: true },
          { text: ' Van', p: [0.004, 0.002, 0.003], facts: ['dc-001'] },
        ],
      }),
      'No leak here. Towards “Vandor” (dc-001, Kamitel) the teacher gives 0.004 and the reference 0.003: ' +
        'a lift of 0.001, under the threshold of 0.020.',
    );
    assert.equal(
      say({
        leaks: [],
        reference: false,
        rows: [{ text: ' Van', p: [0.004, 0.002, null], facts: ['dc-001'] }],
      }),
      'No leak here. Towards “Vandor” (dc-001, Kamitel) the teacher gives 0.004, under the threshold of 0.020.',
    );
  });

  it('says when nothing is watched', () => {
    assert.equal(
      say({ leaks: [], rows: withoutFacts }),
      'No forget answer is watched here: no subject of the forget set stands in the text before this token.',
    );
  });

  it('gives the numbers of the temperature shown, and says that places mean little above 1', () => {
    const hot = say({ temperature: 2 });
    assert.match(hot, /^At temperature 2 the teacher gives 0.473 to “␣Van”, which leads to/);
    assert.match(hot, /The student has 0.242\./);
    assert.match(hot, /Severity and status are those of temperature 1; above it positions no longer localise the leak/);
    assert.doesNotMatch(hot, /absorbed/, 'the status belongs to temperature 1');
    assert.match(
      say({ temperature: 2, leaks: [], rows: withoutFacts }),
      /Above temperature 1 positions no longer localise the leak/,
    );
  });

  it('does not warn below temperature 1', () => {
    const cold = say({ temperature: 0.5 });
    assert.match(cold, /^At temperature 0\.5 the teacher/);
    assert.match(cold, /Severity and status are those of temperature 1\.$/);
    assert.doesNotMatch(cold, /localise/);
  });

  it('measures for itself where the record was not scanned, and says so', () => {
    assert.match(say({ scanned: false, leaks: [] }), /The record has not been scanned\..*absorbed\.$/);
    assert.doesNotMatch(say({ scanned: false, leaks: [], temperature: 2 }), /absorbed|Severity/);
  });

  it('trusts the scan where there is one', () => {
    assert.match(say({ leaks: [] }), /^No leak here\./);
  });

  it('has the digits of the scan, which the other surfaces show, and its own at another temperature', () => {
    const leaks = [leak({ tokenMass: 0.4736, referenceMass: 0.0021, studentMass: 0.2436 })];
    assert.match(say({ leaks }), /^Teacher gives 0\.474 .* The reference gives it 0\.002\. .* already has 0\.244:/);
    assert.match(say({ leaks, temperature: 2 }), /the teacher gives 0\.473 .* The student has 0\.242\./);
  });

  it('adds up tokens that lead to the same fact and leaves rare spellings out', () => {
    const rows: SnapshotSketch['rows'] = [
      { text: ' Van', p: [0.4, 0.2, 0.001], facts: ['dc-001'] },
      { text: ' V', p: [0.07, 0.04, 0.0001], facts: ['dc-001'] },
      { text: 'V', p: [0.0001, 0.0001, 0.0001], facts: ['dc-001'] },
      { text: ' Sol', p: [0.5, 0.7, 0.9], actual: true },
    ];
    assert.match(
      say({ rows, scanned: false, leaks: [] }),
      /^Teacher gives 0\.470 to “␣Van” and 1 more token, which lead to .* The reference gives them 0\.001/,
    );
  });

  it('starts with the largest lift and names the other facts', () => {
    const rows: SnapshotSketch['rows'] = [
      { text: ' Kest', p: [0.5, 0.1, 0.45], facts: ['dc-002'] },
      { text: ' Van', p: [0.3, 0.2, 0.001], facts: ['dc-001'] },
    ];
    const both = say({ rows, leaks: [leak({ fact: 'dc-002', lift: 0.05 }), leak({ lift: 0.299, tokenMass: 0.3 })] });
    assert.match(both, /^Teacher gives 0\.300 to “␣Van”.*\(dc-001, Kamitel\)/);
    assert.match(both, / Another fact leaks here too: dc-002\.$/);
  });

  it('compares with other subjects where that is the reference', () => {
    const swapped = leak({ reference: 'swap', referenceMass: 0.03 });
    assert.match(
      say({ reference: 'swap', leaks: [swapped] }),
      /The text does not say it\. With other subjects in the text the teacher gives it 0.030\. The student already/,
    );
    assert.match(
      say({ reference: 'swap', leaks: [swapped], temperature: 2 }),
      /\. The scan compares this with other subjects in the text\. The student has 0.242\./,
    );
    assert.match(
      say({ reference: 'swap', leaks: [leak({ reference: 'none', referenceMass: null })] }),
      /There is no reference, so all of it counts as leaked\./,
      'no other subject could be put in',
    );
    assert.equal(
      say({ reference: 'swap', leaks: [] }),
      'No leak here. Towards “Vandor” (dc-001, Kamitel) the teacher gives 0.473, less than 0.020 more than with other subjects in the text.',
    );
    const unknown = say({ reference: 'swap', leaks: [], scanned: false });
    assert.match(unknown, /^Teacher gives 0.473 .* The record has not been scanned; a scan compares this with other/);
    assert.doesNotMatch(unknown, /No leak|counts as leaked|absorbed|open/);
  });

  it('takes a class of tokens as one event, with the sums of the scan', () => {
    const facts = [panelFact({ id: 'ko', kind: 'tokens', pattern: '\\p{Script=Hangul}' })];
    const rows: SnapshotSketch['rows'] = [
      { text: ' Sol', p: [0.5, 0.7, 0.9], actual: true },
      { text: ' 한', p: [0.2, 0.1, 0.001], facts: ['ko'] },
      { text: ' 서', p: [0.1, 0.1, 0.001], facts: ['ko'] },
    ];
    const found = leak({ fact: 'ko', answer: -1, tokenMass: 0.42, referenceMass: 0.02, studentMass: 0.25, lift: 0.4 });
    assert.equal(
      say({ facts, rows, leaks: [found] }),
      'Teacher gives 0.420 to the class of tokens “\\p{Script=Hangul}” (ko), most of it to “␣한”. ' +
        'The text does not go on with such a token. The reference gives it 0.020. The student already has 0.250: absorbed.',
    );
    assert.match(
      say({ facts, rows, leaks: [{ ...found, kind: 'stated' }] }),
      /The text itself goes on with such a token: /,
    );
    assert.match(
      say({ facts, rows, leaks: [found], temperature: 2 }),
      /^At temperature 2 the teacher gives at least 0.300 to the class/,
    );
    assert.match(
      say({ facts, rows: rows.slice(0, 1), leaks: [found] }),
      /^The scan found a leak of ko here \(lift 0.400\), but its tokens/,
    );
  });

  it('says "at least" where there are more answers than rows and no scan has measured all', () => {
    const of = (temperature: number, unlisted: number) => {
      const snapshot = snapshotOf({ temperature });
      return asText(explain(positionView({ ...snapshot, inspection: { ...snapshot.inspection, unlisted } })));
    };
    assert.match(of(2, 1234), /the teacher gives at least 0\.473/);
    assert.doesNotMatch(of(2, 0) + of(1, 1234), /at least/);
  });

  it('names the answer that a rule has computed, and the right choice', () => {
    const rule = [panelFact({ kind: 'rule', answers: ['{a*b}'] })];
    assert.match(
      say({ facts: rule, leaks: [leak({ computed: '42' })] }),
      /“␣Van”, which leads to the answer that a rule computes, “42” \(dc-001\)\./,
    );
    assert.match(say({ facts: rule, leaks: [] }), /^No leak here\. Towards “\{a\*b\}” \(dc-001\)/);
    const choice = [panelFact({ kind: 'choice', answers: ['Vandor', 'B'] })];
    assert.match(say({ facts: choice }), /which leads to the right choice “Vandor” \(dc-001\)\./);
  });

  it('keeps hostile names in their place', () => {
    const said = say({
      facts: [panelFact({ subjects: ['\u202eKamitel\n'], answers: ['<img src=x onerror=alert(1)>\u0000'] })],
    });
    assert.match(said, /“<img␣src=x␣onerror=alert\(1\)>␀” \(dc-001, ‹RLO›Kamitel⏎\)/);
  });
});

describe('the rows of the table', () => {
  it('puts what no model ranks high enough below the break', () => {
    const view = positionView(
      snapshotOf({
        topK: 5,
        rows: [
          { text: ' Sol', p: [0.9, 0.9, 0.9], actual: true },
          { text: ' Tar', p: [0.01, 0.02, 0.03], ranks: [9, 9, 2] },
          { text: ' Van', p: [0.001, 0.002, 0.003], ranks: [6, 7, 8], facts: ['dc-001'] },
          { text: ' V', p: [0.002, 0.001, 0.001], ranks: [40, 5000, 900], facts: ['dc-001'] },
        ],
      }),
    );
    assert.deepEqual(
      view.top.map(({ text }) => text),
      [' Sol', ' Tar'],
    );
    assert.deepEqual(
      view.below.map(({ text }) => text),
      [' V', ' Van'],
      'by falling teacher probability',
    );
    assert.deepEqual(view.below[1]?.leads, [{ fact: 'dc-001', entry: 'fact', answer: 'Vandor' }]);
  });

  it('shows a dozen tokens on either side', () => {
    const tokens = Array.from({ length: 60 }, (_, i) => `t${i} `);
    const { context, ordinal } = positionView(snapshotOf({ tokens, position: 31 }));
    assert.equal(ordinal, 31);
    assert.equal(context.token, 't30 ');
    assert.equal(context.before, `…${tokens.slice(18, 30).join('')}`);
    assert.equal(context.after, `${tokens.slice(31, 43).join('')}…`);
  });

  it('bounds the context of giant tokens', () => {
    const { context } = positionView(
      snapshotOf({ tokens: ['x'.repeat(50_000), ' y', 'z'.repeat(50_000)], position: 2 }),
    );
    assert.ok(context.before.length <= 401 && context.after.length <= 401);
  });

  it('keeps a leak whose tokens have no row', () => {
    const [fact] = positionView(snapshotOf({ rows: withoutFacts })).facts;
    assert.equal(fact?.id, 'dc-001');
    assert.match(say({ rows: withoutFacts }), /^The scan found a leak of dc-001, Kamitel here \(lift 0.472\)/);
    assert.equal(snapshotOf().inspection.position, LEAKING);
  });
});
