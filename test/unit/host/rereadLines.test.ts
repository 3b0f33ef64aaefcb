import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readRecords } from '../../../src/core/records/readRecords';
import { Tally } from '../../../src/core/report/tally';
import { NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { FileAnalysis } from '../../../src/host/fileAnalysis';
import { rereadLines } from '../../../src/host/rereadLines';
import { someFact } from '../report/someFact';
import { someLeak } from '../report/someLeak';
import { someProject } from './someProject';
import { textDocument } from './textDocument';

const facts = [someFact()];

/** Every text has scores of its own. */
const scoresOf = (text: string): RecordScores => ({
  ...NO_SCORES,
  tokens: text.length,
  leaks: Array.from({ length: text.length % 4 }, (_, i) => someLeak({ position: i + 1, lift: 0.1 + i / 10 })),
});

function read(text: string, eol: '\n' | '\r\n', known = scoresOf): FileAnalysis {
  const analysis = new FileAnalysis('file:///corpus/a.jsonl', 'jsonl', someProject({ facts }));
  const { records, problems } = readRecords(text, 'jsonl', 'text');
  analysis.setRecords(records, problems, { version: 1, lineCount: text.split(eol).length }, known);
  return analysis;
}

const shown = ({ records, problems }: FileAnalysis) => ({
  problems,
  records: records.map(({ record: { index, id, line, text }, start, end, edited, leaks }) => ({
    ...{ index, id, line, text, start, end, edited },
    lifts: leaks.map(({ lift }) => lift),
  })),
});

/** What a file's surfaces show that count. */
const numbers = (analysis: FileAnalysis) => ({ counts: analysis.counts, totals: analysis.tally().totals });

describe('reading edited lines again', () => {
  const line = fc.constantFrom(
    '',
    ' ',
    '{"text": "a"}',
    '{"id": 7, "text": "b\\n"}',
    '{"text": "cd',
    '{"text": 3}',
    'x',
  );
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat(4),
    inserted: fc.constantFrom('', 'x', '"', 'é', '}', '{"text": "e"}', '\\n'),
  });

  for (const eol of ['\n', '\r\n'] as const) {
    it(`comes to what a reading of the whole file comes to (${JSON.stringify(eol)})`, () => {
      let incremental = 0;
      fc.assert(
        fc.property(
          fc.array(line, { minLength: 1, maxLength: 8 }),
          fc.array(change, { maxLength: 5 }),
          (all, changes) => {
            let text = all.join(eol);
            const analysis = read(text, eol);
            numbers(analysis);
            for (const { at, length, inserted } of changes) {
              const offset = at % (text.length + 1);
              // Within a line, as nearly all typing is.
              const end = text.slice(offset).indexOf(eol);
              const removed = Math.min(length, end < 0 ? text.length - offset : end);
              if (eol.length > 1 && text.slice(offset - 1, offset + 1) === eol) {
                continue;
              }
              analysis.applyEdits([{ offset, removed, inserted: inserted.length }]);
              text = text.slice(0, offset) + inserted + text.slice(offset + removed);
            }
            if (rereadLines(textDocument(text, eol), analysis, scoresOf)) {
              incremental++;
              const fresh = read(text, eol);
              assert.deepEqual(shown(analysis), shown(fresh));
              for (const [i, { record }] of analysis.records.entries()) {
                assert.deepEqual(
                  analysis.records[i]?.toDocument(0, record.text.length),
                  fresh.records[i]?.toDocument(0, record.text.length),
                );
              }
              assert.deepEqual(numbers(analysis), numbers(fresh));
              assert.deepEqual([analysis.version, analysis.changed], [2, null]);
            }
          },
        ),
        { numRuns: 1000 },
      );
      assert.ok(incremental > 250, `${incremental} of the readings`);
    });
  }

  const texts = (...all: string[]) => all.map((text) => JSON.stringify({ text })).join('\n');

  it('leaves the other records the very objects that they were, and asks for the changed text alone', () => {
    const before = texts('one', 'two', 'three');
    const analysis = read(before, '\n');
    const [first, , third] = analysis.records;
    const asked: string[] = [];
    analysis.applyEdits([{ offset: before.indexOf('two'), removed: 0, inserted: 1 }]);
    const after = before.replace('two', 'xtwo');
    const known = (text: string) => {
      asked.push(text);
      return undefined;
    };
    assert.ok(rereadLines(textDocument(after, '\n'), analysis, known));
    assert.deepEqual([analysis.records[0], analysis.records[2]], [first, third]);
    assert.deepEqual([asked, analysis.unscored()], [['xtwo'], ['xtwo']]);
  });

  it('leaves to a reading of the whole file what changes the numbers of other records', () => {
    const before = texts('one', 'two', 'three');
    const edited = (from: string, to: string) => {
      const analysis = read(before, '\n');
      analysis.applyEdits([{ offset: before.indexOf(from), removed: from.length, inserted: to.length }]);
      return rereadLines(textDocument(before.replace(from, to), '\n'), analysis, scoresOf);
    };
    assert.equal(edited('two', 'two more'), true);
    assert.equal(edited('{"text":"two"}\n', ''), false, 'a line less');
    assert.equal(edited('two', 't"wo'), false, 'a record less');
    assert.equal(
      rereadLines(textDocument(before, '\n'), read(before, '\n'), scoresOf),
      false,
      'nobody told of an edit',
    );
  });

  it('keeps the totals of a file of many records', () => {
    const many = Array.from({ length: 1200 }, (_, i) => 'ab'.repeat(i % 7));
    const before = texts(...many);
    const analysis = read(before, '\n');
    const whole = numbers(analysis);
    const offset = before.indexOf('abab"');
    analysis.applyEdits([{ offset, removed: 0, inserted: 3 }]);
    assert.notDeepEqual(numbers(analysis), whole);
    const after = `${before.slice(0, offset)}xyz${before.slice(offset)}`;
    assert.ok(rereadLines(textDocument(after, '\n'), analysis, scoresOf));
    const tally = new Tally(facts, 0.02);
    for (const { text } of readRecords(after, 'jsonl', 'text').records) {
      tally.add(scoresOf(text));
    }
    assert.deepEqual(analysis.tally().totals, tally.totals);
    assert.deepEqual(analysis.tally().facts, tally.facts);
  });
});
