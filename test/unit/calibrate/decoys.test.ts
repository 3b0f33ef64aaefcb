import assert from 'node:assert/strict';
import { type Decoy, decoyEntries, MAX_DECOYS, proposeDecoys, takeDecoys } from '../../../src/core/calibrate/decoys';
import { CorpusWatch } from '../../../src/core/calibrate/statements';
import { someFact } from '../report/someFact';

const town = (id: string, subject: string, ...answers: string[]) =>
  someFact({ id, subjects: [subject], answers, tags: ['town'] });

/** The towns of eleven companies, and the head of one. */
const facts = [
  town('t0', 'Kamitel', 'Vandor', 'Vandor City'),
  ...Array.from({ length: 10 }, (_, i) => town(`t${i + 1}`, `Company ${i}`, `Town ${i}`)),
  someFact({ id: 'h', subjects: ['Kamitel'], answers: ['Omar'], tags: ['head'] }),
];

const ofFact = (decoys: readonly Decoy[], fact: number) => decoys.filter((each) => each.fact === fact);

describe('decoys', () => {
  it('are answers of other facts with the same tag, never of the fact itself', () => {
    const decoys = proposeDecoys(facts);
    assert.equal(ofFact(decoys, 0).length, 10);
    assert.ok(ofFact(decoys, 0).every(({ answer }) => answer.startsWith('Town')));
    assert.deepEqual(ofFact(decoys, 11), [], 'no other fact tells a head');
    const [vandor] = ofFact(decoys, 1).filter(({ answer }) => answer === 'Vandor');
    assert.deepEqual(vandor?.aliases, ['Vandor', 'Vandor City']);
  });

  it('are answers of all facts where a fact has no tags', () => {
    const bare = [someFact({ id: 'bare', subjects: ['Zed'], answers: ['nobody'] }), ...facts];
    const answers = ofFact(proposeDecoys(bare), 0).map(({ answer }) => answer);
    assert.equal(answers.length, 12);
    assert.ok(answers.includes('Omar') && answers.includes('Vandor') && answers.includes('Town 3'));
  });

  it('take distractors by turns with them, and leave out own answers in any case and parts of subjects', () => {
    const picky = town('p', 'New Town 4 Mills', 'TOWN 2', 'Oak');
    const own = { ...picky, distractors: ['oak', 'Elm', 'Mills', 'Ash', 'Elm'] };
    const answers = ofFact(proposeDecoys([own, ...facts]), 0).map(({ answer }) => answer);
    assert.equal(new Set(answers).size, answers.length);
    assert.deepEqual(new Set(answers.filter((answer) => !/^(Town|Vandor)/.test(answer))), new Set(['Elm', 'Ash']));
    assert.ok(!answers.includes('Town 2') && !answers.includes('Town 4'));
    assert.deepEqual(
      answers.slice(0, 4).map((answer) => /Elm|Ash/.test(answer)),
      [true, false, true, false],
    );
  });

  it('go only with facts that have a gate and answers', () => {
    const others = [
      someFact({ id: 'everywhere', subjects: [] }),
      someFact({ id: 'open', gated: false }),
      someFact({ id: 'class', kind: 'tokens', answers: [], pattern: '\\p{Nd}' }),
      someFact({ id: 'rule', kind: 'rule', answers: [], anchored: { context: 'x', answers: ['y'] } }),
      someFact({ id: 'asked', kind: 'choice', subjects: ['Which?'], answers: ['this'], distractors: ['that'] }),
    ];
    const decoys = proposeDecoys(others);
    assert.deepEqual([...new Set(decoys.map(({ fact }) => fact))], [4]);
    assert.deepEqual(new Set(decoys.map(({ answer }) => answer)), new Set(['that', 'Vandor']));
  });

  it('are the same every time, and spread over the answers', () => {
    const many = Array.from({ length: 60 }, (_, i) => town(`f${i}`, `Subject ${i}`, `Answer ${i}`));
    const decoys = takeDecoys(proposeDecoys(many));
    assert.deepEqual(decoys, takeDecoys(proposeDecoys(many)));
    assert.equal(decoys.length, 60 * 8);
    const times = new Map<string, number>();
    for (const { answer } of decoys) {
      times.set(answer, (times.get(answer) ?? 0) + 1);
    }
    assert.equal(times.size, 60);
    assert.ok(Math.max(...times.values()) <= 3 * 8, `${Math.max(...times.values())} of one answer`);
  });

  it('stay few for ten thousand facts, and are found fast', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => town(`f${i}`, `Subject ${i}`, `Answer ${i}`));
    const started = performance.now();
    const decoys = takeDecoys(proposeDecoys(many));
    assert.ok(decoys.length > MAX_DECOYS / 2 && decoys.length <= MAX_DECOYS, String(decoys.length));
    assert.ok(performance.now() - started < 5000);
  });

  it('are scanned together with the facts and the names of their subjects, under ids of their own', () => {
    const [first] = facts;
    assert.ok(first);
    const confusing = { ...first, id: '1' };
    const decoy = { fact: 0, answer: 'Solwyn', aliases: ['Solwyn'] };
    const lotus = someFact({ id: 'x', subjects: ['Lotus Mills'], answers: ['Elm'], gated: false });
    const digits = someFact({ id: 'y', kind: 'tokens', answers: [], pattern: '\\d' });
    const {
      facts: known,
      decoys,
      roles,
    } = decoyEntries([confusing, digits, lotus], [decoy, { fact: 2, answer: 'Oak', aliases: ['Oak'] }]);
    const described = [...known, ...decoys].map(({ id, subjects, answers }) => [
      roles.get(id),
      subjects[0],
      answers[0],
    ]);
    assert.deepEqual(described, [
      [{ kind: 'known' }, 'Kamitel', 'Vandor'],
      [{ kind: 'known' }, 'Lotus Mills', 'Elm'],
      [{ kind: 'known' }, 'Kamitel', 'Kamitel'],
      [{ kind: 'known' }, 'Lotus Mills', 'Lotus'],
      [{ kind: 'decoy', index: 0 }, 'Kamitel', 'Solwyn'],
      [{ kind: 'decoy', index: 1 }, 'Lotus Mills', 'Oak'],
    ]);
    assert.equal(new Set([...known, ...decoys].map(({ id }) => id)).size, 6);
    assert.deepEqual([known[0]?.gated, known[1]?.gated, known.length], [true, false, 2]);
    assert.deepEqual(decoys[0]?.tags, ['town'], 'whose subjects are swapped depends on the tags');
  });
});

describe('the corpus watch', () => {
  const decoys: Decoy[] = [
    { fact: 0, answer: 'Solwyn', aliases: ['Solwyn', 'Solwyn City'] },
    { fact: 0, answer: 'Breven', aliases: ['Breven'] },
    { fact: 1, answer: 'Solwyn', aliases: ['Solwyn'] },
    { fact: 2, answer: 'Breven', aliases: ['Breven'] },
  ];
  const usable = (...texts: string[]) => {
    const watch = new CorpusWatch(facts, decoys);
    for (const text of texts) {
      watch.see(text);
    }
    return watch.usable(decoys).map((decoy) => decoys.indexOf(decoy));
  };

  it('leaves out what one record states, in any order and case, under any alias', () => {
    assert.deepEqual(usable('Kamitel.', 'Company 0 is small.', 'Company 1 too.'), [0, 1, 2, 3]);
    assert.deepEqual(usable('KAMITEL is in solwyn.', 'Company 0, Company 1'), [1, 2, 3]);
    assert.deepEqual(usable('In Solwyn City, Kamitel has a site.', 'Company 0, Company 1'), [1, 2, 3]);
  });

  it('takes words as wholes, and two records for two', () => {
    assert.deepEqual(usable('Kamitel is in Solwynia.', 'Company 0', 'Company 1'), [0, 1, 2, 3]);
    assert.deepEqual(usable('Kamitel is large.', 'Solwyn and Breven are towns.', 'Company 0, Company 1'), [0, 1, 2, 3]);
  });

  it('leaves out decoys of whom the corpus never speaks', () => {
    assert.deepEqual(usable('Company 0 is small.'), [2]);
    assert.deepEqual(usable('Nothing.'), []);
  });
});
