import assert from 'node:assert/strict';
import { questionSubjects } from '../../../src/core/forget/import/questionSubjects';

describe('what a question is about', () => {
  it('is the names in it', () => {
    const expected: Record<string, readonly string[]> = {
      'Where was Maren Oduya-Lind born?': ['Maren Oduya-Lind'],
      "What is the title of Ines Falk's first book?": ['Ines Falk'],
      'Did J. K. Arden meet Ludwig van der Meer at the University of Solwyn?': [
        'J. K. Arden',
        'Ludwig van der Meer',
        'University of Solwyn',
      ],
      'Ines Falk was born where?': ['Ines Falk'],
      'In Vandor, who is the mayor?': ['Vandor'],
      'Is O’Brien older than Éloïse Ørsted?': ['O’Brien', 'Éloïse Ørsted'],
      'Has Jean-Luc Arden read "The Salt Ledger"?': ['Jean-Luc Arden', 'The Salt Ledger'],
      'Who wrote A, B, C, D, E and F?': ['A', 'B', 'C', 'D', 'E'],
    };
    for (const [question, subjects] of Object.entries(expected)) {
      assert.deepEqual(questionSubjects(question), { subjects, source: 'names' }, question);
    }
  });

  it('is the question itself where it holds none', () => {
    for (const question of ['What genre does the author write?', 'Books that I read?', '어디에서 태어났습니까?']) {
      assert.deepEqual(questionSubjects(question), { subjects: [question], source: 'question' });
    }
  });
});
