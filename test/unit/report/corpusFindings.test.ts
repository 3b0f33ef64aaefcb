import assert from 'node:assert/strict';
import type { CorpusRecord } from '../../../src/core/records/record';
import { identityMap } from '../../../src/core/records/sourceMap';
import { CorpusFindings, EXCERPT, KEPT } from '../../../src/core/report/corpusFindings';
import { type Leak, NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { someDecision } from '../decisions/someDecision';
import { someFact } from './someFact';
import { someLeak } from './someLeak';

const FACTS = [someFact(), someFact({ id: 'f2' })];
const TEXT = 'The data center of Kamitel is in Vandor, by the sea.';

function record(index: number, text = TEXT): CorpusRecord {
  return {
    index,
    id: `r-${index}`,
    hasOwnId: true,
    line: index + 1,
    lines: 1,
    text,
    textStart: { line: index + 1, column: 1 },
    hasFileLines: false,
    source: identityMap(0, text.length),
    range: [0, text.length],
  };
}

function scores(...leaks: Partial<Leak>[]): RecordScores {
  return { ...NO_SCORES, tokens: 10, leaks: leaks.map((each) => someLeak({ start: 33, end: 39, ...each })) };
}

describe('what a scan finds in a corpus', () => {
  it('counts what is open by fact and by file, and knows the worst open leak of every file', () => {
    const found = new CorpusFindings(FACTS, 0.1);
    const reviewed = [someDecision({ record: 'r', action: 'reviewed', reason: null })];
    found.add('small', record(0), scores({ lift: 0.9 }), { hash: 'r', decisions: reviewed });
    found.add('small', record(1), scores({ lift: 0.2 }), { hash: 's', decisions: [] });
    for (let i = 0; i < KEPT.leaks; i++) {
      found.add('large', record(i), scores({ lift: 0.5 }));
    }
    assert.deepEqual([found.openOf('f1'), found.openOf('f2')], [KEPT.leaks + 1, 0]);
    assert.deepEqual([found.openIn('small'), found.openIn('large'), found.openIn('none')], [1, KEPT.leaks, 0]);
    const small = found.leaks.filter(({ record: { file } }) => file === 'small');
    assert.deepEqual(
      small.map(({ leak }) => leak.lift),
      [0.2],
    );
    assert.equal(found.files[0]?.leaks, 2, 'the summary counts both');
  });

  it('is counted by fact, by file and by record, over the threshold only', () => {
    const found = new CorpusFindings(FACTS, 0.1);
    found.add('a', record(0), scores({ lift: 0.5 }, { fact: 'f2', lift: 0.2, kind: 'stated' }));
    found.add('a', record(1), scores({ lift: 0.05 }));
    found.add('b', record(0), scores({ lift: 0.7 }));
    assert.deepEqual(
      found.files.map(({ file, records, leakingRecords, leaks, stated, worst }) => [
        file,
        records,
        leakingRecords,
        leaks,
        stated,
        worst?.leak.lift,
      ]),
      [
        ['a', 2, 1, 2, 1, 0.5],
        ['b', 1, 1, 1, 0, 0.7],
      ],
    );
    assert.equal(found.records.all, 2);
    assert.deepEqual(
      found.records.kept.map(({ record: { file, index }, leaks, worst }) => [file, index, leaks, worst.leak.lift]),
      [
        ['b', 0, 1, 0.7],
        ['a', 0, 2, 0.5],
      ],
    );
    assert.equal(found.worstOf('f1')?.record.file, 'b');
    assert.equal(found.worstOf('f2')?.leak.kind, 'stated');
    assert.equal(found.worstOf('f3'), undefined);
    const drawn = found.histogram.bins.reduce((sum, { shadow, stated }) => sum + shadow + stated, 0);
    assert.equal(drawn, 4, 'the histogram shows what stays below as well');
    assert.equal(found.tally.totals.leaks, 3);
  });

  it('keeps no leak one by one about which something is decided, and counts it', () => {
    const found = new CorpusFindings(FACTS, 0.1);
    const masked = someDecision({ action: 'mask', span: { start: 33, end: 39 } });
    found.add('a', record(0), scores({ lift: 0.9 }), { hash: 'h0', decisions: [masked] });
    found.add('a', record(1), scores({ lift: 0.5 }), { hash: 'h1', decisions: [] });
    const listed = () => found.leaks.map((each) => [each.record.hash, each.leak.lift]);
    assert.deepEqual(listed(), [['h1', 0.5]]);
    found.add('a', record(2), scores({ lift: 0.95 }), { hash: 'h2', decisions: [] });
    assert.deepEqual(listed(), [
      ['h2', 0.95],
      ['h1', 0.5],
    ]);
    assert.equal(found.worstOf('f1')?.leak.lift, 0.95);
    assert.equal(found.tally.totals.leaks, 3);
  });

  it('does not depend on the order in which records are scored', () => {
    const all = [0.3, 0.9, 0.2, 0.6].map((lift, i) => [record(i), scores({ lift })] as const);
    const [forth, back] = [all, [...all].reverse()].map((order) => {
      const found = new CorpusFindings(FACTS, 0.02);
      for (const [each, of] of order) {
        found.add('a', each, of);
      }
      return found;
    });
    assert.deepEqual(forth?.leaks, back?.leaks);
    assert.deepEqual(forth?.files, back?.files);
    assert.deepEqual(forth?.tally.facts, back?.tally.facts);
  });

  it('keeps of the text no more than names the place', () => {
    const found = new CorpusFindings(FACTS, 0.02);
    const long = 'x'.repeat(5000);
    found.add('a', { ...record(0, long), id: 'i'.repeat(5000) }, scores({ start: 1000, end: 3000 }));
    found.add('a', record(1), scores({ lift: 0.9 }));
    const [short, cut] = found.leaks;
    assert.deepEqual(
      [short?.before, short?.token, short?.after],
      ['The data center of Kamitel is in ', 'Vandor', ', by the sea.'],
    );
    assert.equal(cut?.before.length, EXCERPT);
    assert.equal(cut?.after.length, EXCERPT);
    assert.ok(JSON.stringify(cut).length < 1500);
  });

  it('keeps the worst of a corpus of any size, and for each fact and each file at least one', () => {
    const found = new CorpusFindings(FACTS, 0.02);
    const records = 100_000;
    for (let i = 0; i < records; i++) {
      found.add(
        i % 1000 === 7 ? 'rare' : 'usual',
        record(i),
        scores({ lift: i === 7 ? 0.03 : 0.1 + (0.8 * i) / records }),
      );
    }
    found.add('only', record(0), scores({ fact: 'f2', lift: 0.021 }));
    assert.equal(found.records.kept.length, KEPT.records);
    assert.equal(found.records.all, records + 1);
    assert.ok(found.leaks.length <= KEPT.leaks + FACTS.length * KEPT.leaksPerFact + 3);
    assert.equal(found.leaks[0]?.record.index, records - 1);
    assert.ok(found.leaks.some(({ leak }) => leak.fact === 'f2'));
    assert.deepEqual([...new Set(found.leaks.map((each) => each.record.file))].toSorted(), ['only', 'rare', 'usual']);
    assert.equal(found.tally.totals.leaks, records + 1, 'nothing goes uncounted');
  });

  it('keeps the places with most that no fact explains, and counts all of them', () => {
    const found = new CorpusFindings(FACTS, 0.02);
    const bits = [1.5, 0.4, 3, 2, 1.2].map((kl, position) => ({ position, start: 4, end: 9, forgetBits: 0, kl }));
    for (let index = 0; index <= KEPT.unattributed; index++) {
      const more = index === 7 ? [{ position: 9, start: 0, end: 3, forgetBits: 0.5, kl: 9.5 }] : [];
      found.add('a', record(index), { ...NO_SCORES, bits: [...bits, ...more] });
    }
    const { kept, all } = found.unattributed;
    assert.equal(all, 4 * (KEPT.unattributed + 1) + 1);
    assert.equal(kept.length, KEPT.unattributed);
    const [first] = kept;
    assert.deepEqual([first?.at.unattributed, first?.record.index, first?.start, first?.end], [9, 7, 0, 3]);
  });

  it('lists what could not be scored up to a bound, and counts all of it', () => {
    const found = new CorpusFindings(FACTS, 0.02);
    for (let line = 1; line <= KEPT.incomplete + 5; line++) {
      found.addIncomplete({ file: 'a', line, message: 'not JSON' });
    }
    assert.equal(found.incomplete.kept.length, KEPT.incomplete);
    assert.equal(found.incomplete.all, KEPT.incomplete + 5);
    assert.equal(found.files[0]?.incomplete, KEPT.incomplete + 5);
  });
});
