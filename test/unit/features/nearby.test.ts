import assert from 'node:assert/strict';
import type { TextEditor } from 'vscode';
import { readRecords } from '../../../src/core/records/readRecords';
import { recordsNear, visibleIn } from '../../../src/features/nearby';
import { FileAnalysis } from '../../../src/host/fileAnalysis';
import { someProject } from '../host/someProject';
import { textDocument } from '../host/textDocument';

const LINES = 2000;

const file = Array.from({ length: LINES }, (_, i) => JSON.stringify({ text: `record ${i}` })).join('\n');

/** An editor that shows some lines of a file of 2,000 records. */
function shows(...ranges: readonly (readonly [first: number, last: number])[]) {
  const document = textDocument(file, '\n');
  const visibleRanges = ranges.map(([first, last]) => ({
    start: { line: first, character: 0 },
    end: { line: last, character: 3 },
  }));
  const analysis = new FileAnalysis('file:///corpus/a.jsonl', 'jsonl', someProject());
  const { records } = readRecords(file, 'jsonl', 'text');
  analysis.setRecords(records, [], { version: 1, lineCount: LINES }, () => undefined);
  const editor = { document, visibleRanges } as unknown as TextEditor;
  return { editor, near: recordsNear(editor, analysis).map(({ record }) => record.index) };
}

const between = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('what is near the screen', () => {
  it('is what an editor shows and some screens around it', () => {
    assert.deepEqual(shows([500, 540]).near, between(400, 640));
    assert.deepEqual(shows([500, 600]).near, between(300, 800));
  });

  it('ends where the file does', () => {
    assert.deepEqual(shows([0, 40]).near, between(0, 140));
    assert.deepEqual(shows([1990, 1999]).near, between(1890, 1999));
  });

  it('is around every part that folds leave, each record once', () => {
    assert.deepEqual(shows([300, 320], [350, 360], [1500, 1510]).near, [...between(200, 460), ...between(1400, 1610)]);
    assert.deepEqual(visibleIn(shows([0, 0], [2, 2]).editor), [
      [0, 3],
      [file.indexOf('{"text":"record 2"'), file.indexOf('{"text":"record 2"') + 3],
    ]);
  });

  it('is nothing before the editor has told what it shows', () => {
    assert.deepEqual(shows().near, []);
  });
});
