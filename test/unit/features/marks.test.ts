import assert from 'node:assert/strict';
import { readRecords } from '../../../src/core/records/readRecords';
import { type Leak, NO_SCORES } from '../../../src/core/score/leak';
import { choose, type Mark, marksOf, rulerMarks } from '../../../src/features/marks';
import { FileAnalysis } from '../../../src/host/fileAnalysis';
import { someProject } from '../host/someProject';
import { someLeak } from '../report/someLeak';

/** Marks of a JSONL file of one record, as [coloured source, kind and band]. */
function marksIn(text: string, leaks: readonly Leak[]): [string, string][] {
  const file = `{"id": 1, "text": ${JSON.stringify(text)}}`;
  const analysis = new FileAnalysis('file:///corpus/a.jsonl', 'jsonl', someProject());
  const { records, problems } = readRecords(file, 'jsonl', 'text');
  analysis.setRecords(records, problems, { version: 1, lineCount: 0 }, () => ({ ...NO_SCORES, tokens: 9, leaks }));
  return marksOf(analysis).map(({ start, end, kind, band }) => [file.slice(start, end), `${kind} ${band}`]);
}

const at = (position: number, start: number, end: number, lift: number, kind: Leak['kind'] = 'shadow') =>
  someLeak({ position, start, end, lift, kind });

describe('marks', () => {
  it('leave out the white space in front of a token', () => {
    assert.deepEqual(marksIn('It is in Breven.', [at(4, 8, 15, 0.2)]), [['Breven', 'shadow medium']]);
    assert.deepEqual(marksIn('It is\n\nBreven.', [at(3, 5, 13, 0.2)]), [['Breven', 'shadow medium']]);
    assert.deepEqual(marksIn('a\n\nb', [at(2, 1, 3, 0.2)]), [['\\n\\n', 'shadow medium']]);
  });

  it('join adjacent tokens of one kind and band, and only those', () => {
    const text = 'in North Haven now';
    const tokens: [number, number][] = [
      [2, 8],
      [8, 14],
      [14, 18],
    ];
    const leaks = (kinds: readonly Leak['kind'][], lifts: readonly number[]) =>
      tokens.map(([start, end], i) => at(i + 1, start, end, lifts[i] ?? 0, kinds[i]));
    assert.deepEqual(marksIn(text, leaks(['shadow', 'shadow', 'shadow'], [0.4, 0.9, 0.02])), [
      ['North Haven', 'shadow high'],
      ['now', 'shadow low'],
    ]);
    assert.deepEqual(marksIn(text, leaks(['shadow', 'stated', 'stated'], [0.4, 0.4, 0.4])), [
      ['North', 'shadow high'],
      ['Haven now', 'stated high'],
    ]);
  });

  it('show the worst of several facts at one token', () => {
    const leaks = [
      someLeak({ position: 2, start: 2, end: 8, fact: 'a', lift: 0.05 }),
      someLeak({ position: 2, start: 2, end: 8, fact: 'b', lift: 0.5, kind: 'stated' }),
    ];
    assert.deepEqual(marksIn('in North', leaks), [['North', 'stated high']]);
  });

  it('stand at the end of the text, inside the quotes, for a leak behind the last token', () => {
    const text = 'It is in 😀';
    assert.deepEqual(marksIn(text, [at(5, text.length, text.length, 0.3)]), [['', 'shadow high']]);
  });

  it('cover exactly the escapes that stand for the token', () => {
    const leaks = [at(1, 3, 6, 0.3)];
    const file = '{"text": "in \\u00c9\\t\\"x"}';
    const analysis = new FileAnalysis('file:///corpus/a.jsonl', 'jsonl', someProject());
    const { records } = readRecords(file, 'jsonl', 'text');
    analysis.setRecords(records, [], { version: 1, lineCount: 0 }, () => ({ ...NO_SCORES, tokens: 9, leaks }));
    assert.deepEqual(
      marksOf(analysis).map(({ start, end }) => file.slice(start, end)),
      ['\\u00c9\\t\\"'],
    );
  });

  it('beyond the cap go by what is on the screen, then by lift', () => {
    const mark = (start: number, lift: number): Mark => ({ start, end: start + 1, lift, kind: 'shadow', band: 'low' });
    const marks = [mark(0, 0.1), mark(10, 0.9), mark(20, 0.2), mark(30, 0.8)];
    assert.deepEqual(
      choose(marks, 3, [[15, 25]]).map(({ start }) => start),
      [20, 10, 30],
    );
    assert.equal(choose(marks, 4, []), marks);
  });

  it('in the scroll bar are all, or the worst of each kind in each stretch of a long file', () => {
    const analysis = new FileAnalysis('file:///corpus/a.jsonl', 'jsonl', someProject());
    const file = Array.from({ length: 100 }, (_, i) => JSON.stringify({ text: `record ${i}` })).join('\n');
    const { records } = readRecords(file, 'jsonl', 'text');
    analysis.setRecords(records, [], { version: 1, lineCount: 100 }, (text) => {
      const lift = Number(text.slice(7)) / 200 + 0.02;
      const leaks = [at(1, 0, 6, lift), at(3, 7, text.length, lift, 'stated')];
      return { ...NO_SCORES, tokens: 9, leaks };
    });
    assert.deepEqual(rulerMarks(analysis, 200), marksOf(analysis));
    const few = rulerMarks(analysis, 20);
    assert.equal(few.length, 20);
    assert.deepEqual(
      few.filter(({ kind }) => kind === 'stated').map(({ start, end }) => file.slice(start, end)),
      Array.from({ length: 10 }, (_, i) => String(10 * i + 9)),
    );
  });
});
