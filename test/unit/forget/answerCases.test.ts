import assert from 'node:assert/strict';
import { ANSWER_CASES, answerForms } from '../../../src/core/forget/answerCases';

describe('forms of an answer', () => {
  it('are written in every case that is asked for, each once', () => {
    assert.deepEqual(answerForms('VanDor', ['as-is']), ['VanDor']);
    assert.deepEqual(answerForms('new york', ANSWER_CASES), ['new york', 'NEW YORK', 'New York']);
    assert.deepEqual(answerForms('NEW YORK', ['title', 'upper']), ['New York', 'NEW YORK']);
    assert.deepEqual(answerForms('2019', ANSWER_CASES), ['2019']);
  });

  it('know more than ASCII and ask no locale', () => {
    assert.deepEqual(answerForms('ISTANBUL IŞIK', ['lower', 'title']), ['istanbul işik', 'Istanbul Işik']);
    assert.deepEqual(answerForms('ΟΔΟΣ', ['lower', 'title']), ['οδος', 'Οδος']);
    assert.deepEqual(answerForms('ßuper', ['upper', 'title']), ['SSUPER', 'Ssuper']);
    assert.deepEqual(answerForms("o'brien-smith l’été", ['title']), ["O'brien-Smith L’été"]);
    assert.deepEqual(answerForms('e\u0301cole', ['title']), ['E\u0301cole']);
    assert.deepEqual(answerForms('𐐨𐐩 데이터', ['title']), ['𐐀𐐩 데이터']);
  });
});
