import assert from 'node:assert/strict';
import stringWidth from 'string-width';
import { LeakTable } from '../../../src/cli/leakTable';
import { styleFor } from '../../../src/cli/terminal';
import { readRecords } from '../../../src/core/records/readRecords';
import { summarise } from '../../../src/core/report/summary';
import { Tally } from '../../../src/core/report/tally';
import { type Leak, NO_SCORES, type PositionBits } from '../../../src/core/score/leak';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';

/** Leaks of one corpus file: of record i those of `leaks[i]`. */
function render(
  corpus: string,
  leaks: readonly (readonly Leak[])[],
  {
    shown = false,
    width = 100,
    format = 'jsonl' as 'jsonl' | 'text',
    bits = [] as readonly (readonly PositionBits[])[],
  } = {},
): string {
  const facts = [someFact(), someFact({ id: 'f2' })];
  const tally = new Tally(facts, 0.02);
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  const table = new LeakTable({ style: styleFor(null), width, threshold: 0.02, shown: shown ? byId : null });
  readRecords(corpus, format, 'text').records.forEach((record, index) => {
    const scores = { ...NO_SCORES, tokens: 9, leaks: leaks[index] ?? [], bits: bits[index] ?? [] };
    table.add('corpus.jsonl', record, tally.add(scores), scores.bits);
  });
  const summary = summarise(tally, {
    files: 1,
    reference: 'none',
    completedBy: 'teacher',
    comparison: { student: null, reference: null },
    onPolicy: false,
    threshold: 0.02,
    calibrated: false,
    expectedFalseFlagsPer1000: null,
    temperature: 1,
    models: { teacher: { folder: 't', hash: 'h' }, student: null, reference: null },
    decided: null,
    incomplete: [],
    tellsUnattributed: bits.length > 0,
    shown: shown ? facts : null,
  });
  return table.render(summary, tally);
}

const line = (text: string) => `${JSON.stringify({ text })}\n`;

describe('the table', () => {
  it('shows leaks by falling lift with the token in its context, then facts, then what it means', () => {
    const text = 'The Kamitel data center is in Solwyn, says the company.';
    const start = text.indexOf(' Solwyn');
    const place = { start, end: start + ' Solwyn'.length };
    const table = render(line(text) + line('The Kamitel site'), [
      [
        someLeak({ ...place, lift: 0.12 }),
        someLeak({ ...place, fact: 'f2', kind: 'stated', lift: 0.4, status: 'absorbed', studentMass: 0.35 }),
      ],
      [someLeak({ start: 16, end: 16, lift: 0.2, status: null, studentMass: null })],
    ]);
    assert.equal(
      table,
      `corpus.jsonl
  line:col   lift   mass  rank  student         kind    fact  text
      1:40  0.400  0.300     2  absorbed 0.350  stated  f2    …ata center is in [Solwyn], says the …
      2:26  0.200  0.300     2  -               shadow  f1    The Kamitel site[end]
      1:40  0.120  0.300     2  open 0.100      shadow  f1    …ata center is in [Solwyn], says the …

Facts that leak
  fact  exposure  max lift  positions  records  stated
  f2       0.200     0.400          1        1       1
  f1       0.200     0.200          2        2       0

2 of 2 facts leak through 2 positions of 2 records (1 leak stated by the text itself, 2 the teacher's doing).
Verdict: Mend the filter first: the text itself states 1 fact in 1 place. Even then filtering does not work: 1 fact leaks through sentences that do not state it; without prompts in the forget set Seep cannot say whether these read like it.
No reference: an answer that anybody would guess here counts as a leak too.
The threshold of 0.02 is not calibrated on this data.
`,
    );
    assert.doesNotMatch(table, /Vandor/);
  });

  it('names answers only when asked to', () => {
    const table = render(line('The Kamitel site'), [[someLeak()]], { shown: true });
    assert.match(table, /fact {2}answer {2}text\n/);
    assert.match(table, / f1 {4}Vandor {2}The \[Kamit\]el site/);
    assert.match(table, /stated {2}answers\n.* Vandor\n/);
  });

  it('tells how alike contexts and prompts are where that is known', () => {
    const table = render(line('The Kamitel site'), [[someLeak({ similarity: 0.756 }), someLeak({ fact: 'f2' })]]);
    assert.match(table, /stated {2}similarity\n {2}f1 .* 0\.76\n {2}f2 .* -\n/);
  });

  it('lists the records with most divergence that no fact explains, five at most', () => {
    const text = 'The Kamitel site, run by Orsk.';
    const start = text.indexOf(' Orsk');
    const at = (kl: number): PositionBits => ({ position: 8, start, end: start + 5, forgetBits: 0.5, kl });
    const kls = [0.9, 4.25, 2, 3, 9, 2.5, 2.75];
    const table = render(line(text).repeat(kls.length), [], { bits: kls.map((kl) => [at(kl), at(kl / 2)]), width: 80 });
    assert.match(
      table,
      new RegExp(
        [
          '^The teacher knows something here that your forget set does not name',
          ' {2}place {14}bits {2}text',
          ' {2}corpus\\.jsonl:5:35 {2}8\\.50 {2}The Kamitel site, run by \\[Orsk\\]\\.',
          ' {2}corpus\\.jsonl:2:35 {2}3\\.75 .*',
          ' {2}corpus\\.jsonl:4:35 .*',
          ' {2}corpus\\.jsonl:7:35 .*',
          ' {2}corpus\\.jsonl:6:35 .*',
          ' {2}9 positions in all \\(--format jsonl gives the largest of every record\\)',
          '',
        ].join('\\n'),
      ),
    );
  });

  it('keeps to the width, with wide characters and escapes in the text', () => {
    const text = `${'数据中心\u001b[31m在'.repeat(40)}Solwyn${'\u202e👩🏽‍🚀 x'.repeat(40)}`;
    const start = text.indexOf('Solwyn');
    for (const width of [80, 100, 140]) {
      const table = render(line(text), [[someLeak({ start, end: start + 6 })]], { width });
      const row = table.split('\n').find((each) => each.includes('[Solwyn]')) ?? '';
      assert.ok(stringWidth(row) <= width && stringWidth(row) > width - 8, `${stringWidth(row)} of ${width}: ${row}`);
      assert.ok(!table.includes('\u001b') && !table.includes('\u202e'));
      assert.match(row, /B>\[31m在\[Solwyn\]/);
    }
  });

  it('shows the worst twenty of a file and says how many there are more', () => {
    const text = 'The Kamitel site is here.';
    const leaks = Array.from({ length: 27 }, (_, index) => [someLeak({ lift: 0.1 + index / 100 })]);
    const table = render(line(text).repeat(27), leaks);
    const lifts = [...table.matchAll(/^ +\d+:\d+ +(0\.\d+)/gm)].map(([, lift]) => Number(lift));
    assert.equal(lifts.length, 20);
    assert.deepEqual([lifts[0], lifts[19]], [0.36, 0.17]);
    assert.match(table, /\n {2}and 7 leaks more with less lift \(--format jsonl gives all\)\n/);
  });

  it('points into the lines of a paragraph', () => {
    const corpus = '# Title\n\nThe Kamitel site\nis in Solwyn.\n';
    const start = 'The Kamitel site\nis in'.length;
    const table = render(corpus, [[], [someLeak({ start, end: start + 7 })]], { format: 'text' });
    assert.match(table, / 4:7 .*The Kamitel site↵is in \[Solwyn\]\.\n/);
  });

  it('has no tables when nothing leaks', () => {
    assert.match(render(line('x'), [[someLeak({ lift: 0.01 })]]), /^No leak in 1 record: no fact of 2 reaches/);
  });

  it('cuts no character in two at the edge of what it looks at', () => {
    for (const shift of [0, 1]) {
      const text = `${'x'.repeat(shift)}${'😀'.repeat(300)} Solwyn ${'😀'.repeat(300)}`;
      const start = text.indexOf('Solwyn');
      const table = render(line(text), [[someLeak({ start, end: start + 6 })]], { width: 2000 });
      assert.doesNotMatch(table, /U\+D/);
    }
  });
});
