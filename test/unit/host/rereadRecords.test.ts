import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LineFormat } from '../../../src/core/records/corpusFormat';
import { readRecords } from '../../../src/core/records/readRecords';
import { Tally } from '../../../src/core/report/tally';
import { NO_SCORES, type RecordScores } from '../../../src/core/score/leak';
import { type Edit, FileAnalysis } from '../../../src/host/fileAnalysis';
import { followEdits, rereadRecords } from '../../../src/host/rereadRecords';
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

type Eol = '\n' | '\r\n';

function read(text: string, eol: Eol, format: LineFormat = 'jsonl', known = scoresOf): FileAnalysis {
  const analysis = new FileAnalysis('file:///corpus/a', format, someProject({ facts }));
  const { records, problems } = readRecords(text, format, 'text');
  analysis.setRecords(records, problems, { version: 1, lineCount: text.split(eol).length }, known);
  return analysis;
}

const shown = ({ records, problems }: FileAnalysis) => ({
  problems,
  records: records.map((entry) => {
    const { record, start, end, edited, leaks } = entry;
    const { index, id, line, lines, text, textStart } = record;
    const place = entry.toDocument(0, text.length);
    return { index, id, line, lines, text, textStart, start, end, edited, place, lifts: leaks.map(({ lift }) => lift) };
  }),
});

/** What a file's surfaces show that count. */
const numbers = (analysis: FileAnalysis) => ({ counts: analysis.counts, totals: analysis.tally().totals });

/** Pieces of files, in which "\n" stands for a line end. */
const PIECES: Readonly<Record<LineFormat, readonly string[]>> = {
  jsonl: ['\n', '{"text": "a"}\n', '{"id": 7, "text": "b\\n"}\n', '{"text": 3}\n', '{"text": "cd', ' ', 'x', '"', '}'],
  text: ['\n', '\n\n', 'a b', ' ', 'x', '  \n', '\n \n', 'long\nlines\n'],
  csv: ['\n', '"', '""', 'x', ',', 'a\n', '"b\n"\n', 'text\n', 'text,id\n', 'c,1\n', ',"x\n', '"d""e",7\n'],
  tsv: ['\n', '"', 'x', '\t', 'a\n', '"b\n"\n', 'text\n', 'text\tid\n', 'c\t1\n', '\t"x\n'],
};

const HEADS: Readonly<Record<LineFormat, readonly string[]>> = {
  jsonl: [''],
  text: [''],
  csv: ['text\n', 'text,id\n', 'id;text\n', '"text"\n', '"te\nxt",text\n'],
  tsv: ['text\n', 'text\tid\n'],
};

/** A stretch of some file that is replaced; places are taken modulo its length. */
interface Replacement {
  readonly at: number;
  readonly length: number;
  readonly inserted: string;
}

function replaced(text: string, eol: Eol, { at, length, inserted }: Replacement): { edit: Edit; text: string } {
  const end = (place: number) => (eol === '\r\n' && text.slice(place - 1, place + 1) === eol ? place + 1 : place);
  const start = end(at % (text.length + 1));
  const until = end(Math.min(start + length, text.length));
  const put = inserted.replaceAll('\n', eol);
  const edit = { offset: start, removed: until - start, inserted: put.length };
  return { edit, text: text.slice(0, start) + put + text.slice(until) };
}

describe('following edits', () => {
  for (const format of ['jsonl', 'text', 'csv', 'tsv'] as const) {
    for (const eol of ['\n', '\r\n'] as const) {
      const piece = fc.constantFrom(...PIECES[format]);
      const file = fc
        .tuple(fc.constantFrom(...HEADS[format]), fc.array(piece, { minLength: 1, maxLength: 14 }))
        .map(([head, rest]) => (head + rest.join('')).replaceAll('\n', eol));
      const replacement = fc.record({ at: fc.nat(), length: fc.nat(6), inserted: fc.oneof(piece, fc.constant('')) });
      const replacements = fc.array(replacement, { minLength: 1, maxLength: 4 });
      const what = `${format} with ${JSON.stringify(eol)}`;

      it(`never shows a record where a fresh reading has no such record, before the file is read again: ${what}`, () => {
        fc.assert(
          fc.property(file, replacements, (start, all) => {
            const analysis = read(start, eol, format);
            let text = start;
            for (const each of all) {
              const step = replaced(text, eol, each);
              text = step.text;
              followEdits(textDocument(text, eol), analysis, [step.edit]);
              const fresh = new Map(
                readRecords(text, format, 'text').records.map((record) => [record.range[0], record]),
              );
              for (const entry of analysis.records.filter(({ edited }) => !edited)) {
                const there = fresh.get(entry.start);
                assert.ok(there, `no record at ${entry.start} of ${JSON.stringify(text)}`);
                assert.equal(there.text, entry.record.text);
                assert.deepEqual(there.range, [entry.start, entry.end]);
              }
            }
          }),
          { numRuns: 400 },
        );
      });

      it(`comes to what a reading of the whole file comes to: ${what}`, () => {
        let [incremental, kept] = [0, 0];
        fc.assert(
          fc.property(file, fc.array(replacements, { minLength: 1, maxLength: 3 }), (start, pauses) => {
            const analysis = read(start, eol, format);
            let text = start;
            for (const all of pauses) {
              numbers(analysis);
              for (const each of all) {
                const step = replaced(text, eol, each);
                text = step.text;
                followEdits(textDocument(text, eol), analysis, [step.edit]);
              }
              const before = new Set(analysis.records);
              const fresh = read(text, eol, format);
              if (!rereadRecords(textDocument(text, eol), analysis, scoresOf)) {
                return;
              }
              incremental++;
              kept += analysis.records.filter((entry) => before.has(entry)).length;
              assert.deepEqual(shown(analysis), shown(fresh));
              assert.deepEqual(numbers(analysis), numbers(fresh));
              assert.deepEqual([analysis.version, analysis.changed], [2, null]);
            }
          }),
          { numRuns: 400 },
        );
        assert.ok(incremental > 100 && kept > 5, `${incremental} readings in which ${kept} records stayed`);
      });
    }
  }
});

describe('reading edited records again', () => {
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
    assert.ok(rereadRecords(textDocument(after, '\n'), analysis, known));
    assert.deepEqual([analysis.records[0], analysis.records[2]], [first, third]);
    assert.deepEqual([asked, analysis.unscored()], [['xtwo'], ['xtwo']]);
  });

  const row = (...cells: string[]) => `${cells.join(',')}\n`;
  const FILES: Readonly<Record<LineFormat, string>> = {
    jsonl: `${texts('one', 'two', 'three', 'four', 'five')}\n`,
    text: 'one\n\ntwo\n\nthree\n\nfour\n\nfive\n',
    csv:
      row('id', 'text') +
      row('1', 'one') +
      row('2', '"two\n,"') +
      row('3', 'three') +
      row('4', 'four') +
      row('5', 'five'),
    tsv: 'text\none\ntwo\nthree\nfour\nfive\n',
  };

  for (const [format, before] of Object.entries(FILES) as [LineFormat, string][]) {
    it(`leaves other records what they are where records come and go: ${format}`, () => {
      const analysis = read(before, '\n', format);
      const [first] = analysis.records;
      const fifth = analysis.records[4];
      assert.ok(fifth);
      const { line } = fifth.record;
      const offset = before.lastIndexOf('\n', before.indexOf('three')) + 1;
      const gap = format === 'text' ? '\n\n' : '\n';
      const more = before.slice(offset, before.indexOf(gap, offset) + gap.length).replace('three', 'more');
      const change = (after: string, edit: Edit) => {
        followEdits(textDocument(after, '\n'), analysis, [edit]);
        assert.equal(fifth.edited, false, 'the marks stay');
        assert.ok(rereadRecords(textDocument(after, '\n'), analysis, scoresOf));
        assert.deepEqual(shown(analysis), shown(read(after, '\n', format)));
        assert.deepEqual([analysis.records[0], analysis.records.at(-1)], [first, fifth]);
      };
      change(before.slice(0, offset) + more + before.slice(offset), { offset, removed: 0, inserted: more.length });
      assert.deepEqual([fifth.record.index, fifth.record.line], [5, line + gap.length]);
      change(before, { offset, removed: more.length, inserted: 0 });
      assert.deepEqual([fifth.record.index, fifth.record.line], [4, line]);
    });
  }

  it('takes the marks off the rows of a table that a quotation mark makes others, and gives them back', () => {
    const before = FILES.csv;
    const analysis = read(before, '\n', 'csv');
    const offset = before.indexOf('three');
    const opened = `${before.slice(0, offset)}"${before.slice(offset)}`;
    followEdits(textDocument(opened, '\n'), analysis, [{ offset, removed: 0, inserted: 1 }]);
    assert.deepEqual(
      analysis.records.map(({ edited }) => edited),
      [false, false, true, true, true],
    );
    assert.ok(rereadRecords(textDocument(opened, '\n'), analysis, scoresOf));
    assert.deepEqual([analysis.records.length, analysis.problems.length], [2, 1]);
    followEdits(textDocument(before, '\n'), analysis, [{ offset, removed: 1, inserted: 0 }]);
    assert.ok(rereadRecords(textDocument(before, '\n'), analysis, scoresOf));
    assert.deepEqual(shown(analysis), shown(read(before, '\n', 'csv')));
  });

  it('has a whole table read again where its first row has changed', () => {
    const before = FILES.csv;
    const analysis = read(before, '\n', 'csv');
    const after = before.replace('id', 'ids');
    followEdits(textDocument(after, '\n'), analysis, [{ offset: 2, removed: 0, inserted: 1 }]);
    assert.ok(analysis.records.every(({ edited }) => edited));
    assert.equal(rereadRecords(textDocument(after, '\n'), analysis, scoresOf), false);
  });

  it('does nothing where nobody has told of an edit', () => {
    assert.equal(rereadRecords(textDocument(FILES.jsonl, '\n'), read(FILES.jsonl, '\n'), scoresOf), false);
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
    assert.ok(rereadRecords(textDocument(after, '\n'), analysis, scoresOf));
    const tally = new Tally(facts, 0.02);
    for (const { text } of readRecords(after, 'jsonl', 'text').records) {
      tally.add(scoresOf(text));
    }
    assert.deepEqual(analysis.tally().totals, tally.totals);
    assert.deepEqual(analysis.tally().facts, tally.facts);
  });
});
