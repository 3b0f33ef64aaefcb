import assert from 'node:assert/strict';
import { DecisionIndex } from '../../../src/core/decisions/decisionIndex';
import type { Fact } from '../../../src/core/forget/fact';
import type { LineFormat } from '../../../src/core/records/corpusFormat';
import { readRecords } from '../../../src/core/records/readRecords';
import { NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { FileAnalysis } from '../../../src/host/fileAnalysis';
import { indexAtOnce } from '../decisions/atOnce';
import { someDecision } from '../decisions/someDecision';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';
import { someProject } from './someProject';

const clean: RecordScores = { ...NO_SCORES, tokens: 3 };
const leaking: RecordScores = { ...clean, leaks: [someLeak({ lift: 0.5 }), someLeak({ lift: 0.01, position: 9 })] };

function analysed(text: string, format: LineFormat, scores = leaking, facts: readonly Fact[] = []): FileAnalysis {
  const analysis = new FileAnalysis('file:///corpus/a', format, someProject({ facts }));
  const { records, problems } = readRecords(text, format, 'text');
  analysis.setRecords(records, problems, { version: 1, lineCount: 0 }, () => scores);
  return analysis;
}

const lines = (...texts: string[]) => texts.map((text) => `{"text": ${JSON.stringify(text)}}`).join('\n');

describe('the analysis of a file', () => {
  it('counts as leaks only what reaches the threshold', () => {
    const [record] = analysed(lines('a'), 'jsonl').records;
    assert.deepEqual(
      record?.leaks.map(({ lift }) => lift),
      [0.5],
    );
  });

  it('sorts leaks by what is decided about their text, wherever it stands, and counts the ignored ones no more', () => {
    const text = lines('one', 'two', 'one');
    const scores = { ...clean, leaks: [someLeak({ lift: 0.5 }), someLeak({ fact: 'f2', lift: 0.4 })] };
    const analysis = analysed(text, 'jsonl', scores, [someFact(), someFact({ id: 'f2' })]);
    const [first] = analysis.records;
    assert.ok(first);
    const shown = () => analysis.records.map(({ leaks, decided }) => [leaks.length, decided.length]);
    const counted = () => analysis.tally().totals.leaks;
    assert.deepEqual(
      [shown(), counted()],
      [
        [
          [2, 0],
          [2, 0],
          [2, 0],
        ],
        6,
      ],
    );
    analysis.setDecisions(indexAtOnce([someDecision({ record: first.hash, fact: 'f2' })]));
    assert.deepEqual(
      [shown(), counted()],
      [
        [
          [1, 1],
          [2, 0],
          [1, 1],
        ],
        4,
      ],
    );
    analysis.setDecisions(indexAtOnce([someDecision({ record: first.hash, action: 'reviewed' })]));
    assert.deepEqual(
      [shown(), counted()],
      [
        [
          [0, 2],
          [2, 0],
          [0, 2],
        ],
        6,
      ],
      'what is reviewed still counts',
    );
    assert.deepEqual([analysis.counts.open, analysis.counts.decided], [2, 4]);
    analysis.applyEdits([{ offset: text.indexOf('one') + 1, removed: 0, inserted: 1 }]);
    assert.deepEqual(analysis.records[0]?.decisions, [], 'another text');
    const moved = readRecords(lines('new', 'one'), 'jsonl', 'text');
    analysis.setRecords(moved.records, moved.problems, { version: 2, lineCount: 0 }, () => leaking);
    assert.deepEqual(
      analysis.records.map(({ decisions }) => decisions.length),
      [0, 1],
    );
    analysis.setDecisions(DecisionIndex.EMPTY);
    assert.deepEqual(analysis.counts.decided, 0);
  });

  it('forgets the edited record at once, keeps the others, and moves those behind', () => {
    const text = lines('one', 'two', 'three');
    const analysis = analysed(text, 'jsonl');
    const offset = text.indexOf('two');
    analysis.applyEdits([{ offset, removed: 0, inserted: 4 }]);
    assert.deepEqual(
      analysis.records.map(({ edited, leaks }) => [edited, leaks.length]),
      [
        [false, 1],
        [true, 0],
        [false, 1],
      ],
    );
    const [first, , third] = analysis.records;
    assert.deepEqual(first?.toDocument(0, 3), [text.indexOf('one'), text.indexOf('one') + 3]);
    assert.deepEqual(third?.toDocument(0, 5), [text.indexOf('three') + 4, text.indexOf('three') + 9]);
    assert.equal(analysis.recordAt(text.indexOf('three') + 4), third);
    assert.equal(third?.toText(text.indexOf('three') + 4 + 2), 2);
  });

  it('keeps the scores of records far from an edit in every format', () => {
    for (const [format, text] of [
      ['jsonl', lines('one', 'two', 'three', 'four')],
      ['text', 'one\n\ntwo\n\nthree\n\nfour'],
    ] as const) {
      const analysis = analysed(text, format);
      analysis.applyEdits([{ offset: text.indexOf('two') + 1, removed: 1, inserted: 1 }]);
      assert.deepEqual(
        analysis.records.map(({ edited }) => edited),
        [false, true, false, false],
      );
    }
  });

  it('does not give late results to a record that was edited meanwhile', () => {
    const text = lines('one', 'two');
    const analysis = new FileAnalysis('file:///corpus/a', 'jsonl', someProject());
    analysis.setRecords(readRecords(text, 'jsonl', 'text').records, [], { version: 1, lineCount: 0 }, () => undefined);
    assert.deepEqual(analysis.unscored(), ['one', 'two']);
    analysis.applyEdits([{ offset: text.indexOf('two'), removed: 0, inserted: 1 }]);
    analysis.put('one', { kind: 'scored', scores: leaking });
    analysis.put('two', { kind: 'scored', scores: leaking });
    assert.deepEqual(
      analysis.records.map(({ state }) => state.kind),
      ['scored', 'unscored'],
    );
    assert.deepEqual(analysis.unscored(), [], 'an edited record waits for the file to be read again');
  });

  it('gives equal records their scores together and asks for each text once', () => {
    const analysis = new FileAnalysis('file:///corpus/a', 'jsonl', someProject());
    analysis.setRecords(
      readRecords(lines('same', 'other', 'same'), 'jsonl', 'text').records,
      [],
      { version: 1, lineCount: 0 },
      () => undefined,
    );
    assert.deepEqual(analysis.unscored(), ['same', 'other']);
    analysis.put('same', { kind: 'scored', scores: leaking });
    assert.deepEqual(
      analysis.records.map(({ leaks }) => leaks.length),
      [1, 0, 1],
    );
  });

  it('does not ask again for a failed record until told to', () => {
    const analysis = analysed(lines('one'), 'jsonl', clean);
    analysis.put('one', { kind: 'failed', message: 'no' });
    assert.deepEqual(analysis.unscored(), []);
    analysis.setRecords(
      readRecords(lines('zero', 'one'), 'jsonl', 'text').records,
      [],
      { version: 2, lineCount: 0 },
      () => undefined,
    );
    assert.deepEqual(analysis.unscored(), ['zero']);
    analysis.retryFailed();
    assert.deepEqual(analysis.unscored(), ['zero', 'one']);
  });

  it('adds up anew after every change', () => {
    const analysis = analysed(lines('one', 'two'), 'jsonl');
    const facts = someProject().facts;
    assert.equal(facts.length, 0);
    assert.equal(analysis.tally().totals.records, 2);
    analysis.applyEdits([{ offset: 3, removed: 0, inserted: 1 }]);
    assert.equal(analysis.tally().totals.records, 1);
  });
});
