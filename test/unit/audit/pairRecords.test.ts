import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hash64 } from '../../../src/client/audit/readSignatures';
import { type Pairing, pairRecords } from '../../../src/core/audit/pairRecords';
import { Signatures } from '../../../src/core/audit/signatures';

interface Entry {
  readonly id: string;
  readonly text: string;
}
type Files = Readonly<Record<string, readonly Entry[]>>;

/** Records as readers number them: without an id of its own, a record's position is its id. */
const texts = (...all: readonly string[]): Entry[] => all.map((text, index) => ({ id: String(index), text }));

function signatures(files: Files): Signatures {
  const result = new Signatures();
  for (const [name, entries] of Object.entries(files)) {
    result.startFile(name);
    entries.forEach(({ id, text }, index) => {
      result.add(hash64(text), hash64(id), index + 1);
    });
  }
  return result;
}

/** Pairs at one go. */
function pair(raw: Files, filtered: Files): Pairing {
  const work = pairRecords(signatures(raw), signatures(filtered));
  for (;;) {
    const { done, value } = work.next();
    if (done === true) {
      return value;
    }
  }
}
const pairOne = (raw: readonly Entry[], filtered: readonly Entry[]) => pair({ '': raw }, { '': filtered });

/** For each filtered record its raw partner, with "*" where the text is another. */
const partners = (pairing: Pairing) =>
  Array.from({ length: pairing.counts.filtered }, (_, record) => {
    const raw = pairing.rawOf(record);
    return raw === null ? '-' : `${raw}${pairing.isChanged(record) ? '*' : ''}`;
  }).join(' ');

describe('pairing raw and filtered records', () => {
  it('finds what was removed, by text, where records have no ids', () => {
    const pairing = pairOne(texts('a', 'b', 'c', 'd', 'e'), texts('a', 'c', 'e'));
    assert.equal(partners(pairing), '0 2 4');
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((record) => pairing.filteredOf(record)),
      [0, null, 1, null, 2],
    );
    assert.deepEqual(pairing.counts, { raw: 5, filtered: 3, kept: 3, changed: 0, removed: 2, added: 0 });
  });

  it('pairs equal texts as often as both sides have them, the first with the first', () => {
    const pairing = pairOne(texts('x', 'x', 'y', 'x'), texts('x', 'y', 'x', 'z', 'y'));
    assert.equal(partners(pairing), '0 2 1 - -');
    assert.deepEqual(pairing.counts, { raw: 4, filtered: 5, kept: 3, changed: 0, removed: 1, added: 2 });
  });

  it('tells equal texts apart by their ids', () => {
    const raw = ['a', 'b', 'c'].map((id) => ({ id, text: 'x' }));
    assert.equal(partners(pairOne(raw, [{ id: 'c', text: 'x' }])), '2');
  });

  it('finds changed records by an id that occurs once on both sides', () => {
    const raw = [
      { id: 'a', text: '1' },
      { id: 'b', text: '2' },
      { id: 'c', text: '3' },
      { id: 'd', text: '4' },
      { id: 'd', text: '5' },
    ];
    const filtered = [
      { id: 'c', text: 'new' },
      { id: 'a', text: '1' },
      { id: 'd', text: 'other' },
    ];
    const pairing = pairOne(raw, filtered);
    assert.equal(partners(pairing), '2* 0 -');
    assert.deepEqual(pairing.counts, { raw: 5, filtered: 3, kept: 1, changed: 1, removed: 3, added: 1 });
  });

  it('does not believe ids that contradict the texts', () => {
    // The filtered file was numbered anew: id 1 is another record than before.
    const raw = texts('a', 'b', 'c', 'd', 'e', 'f');
    const pairing = pairOne(raw, texts('a', 'new', 'c', 'e', 'f'));
    assert.equal(partners(pairing), '0 - 2 4 5');
    assert.equal(pairing.counts.changed, 0);
    // Nothing was dropped, so that positions and texts agree.
    assert.equal(partners(pairOne(raw, texts('a', 'new', 'c', 'd', 'e', 'f'))), '0 1* 2 3 4 5');
  });

  it('pairs files of the same name first, and finds records that have moved to another file', () => {
    const raw = { 'a.jsonl': texts('x', 'y'), 'b.jsonl': texts('x', 'z'), 'gone.jsonl': texts('v', 'w') };
    const pairing = pair(raw, { 'b.jsonl': texts('x'), 'new.jsonl': texts('w', 'y', 'u') });
    assert.equal(partners(pairing), '2 5 1 -');
    assert.deepEqual(pairing.counts, { raw: 6, filtered: 4, kept: 3, changed: 0, removed: 3, added: 1 });
  });

  it('takes ids that are the texts themselves', () => {
    const same = Array.from({ length: 20_000 }, (_, index) => ({ id: `t${index}`, text: `t${index}` }));
    assert.equal(pairOne(same, same.toReversed()).counts.kept, same.length);
  });

  it('pairs many equal records in linear time', () => {
    const equal = Array.from({ length: 50_000 }, (_, index) => ({ id: String(index), text: 'x' }));
    const pairing = pairOne(equal, equal.slice(25_000).toReversed());
    assert.deepEqual([pairing.counts.kept, pairing.rawOf(0)], [25_000, 49_999]);
  });

  it('lets others have their turn', () => {
    const many = signatures({
      '': Array.from({ length: 10_000 }, (_, index) => ({ id: `${index}`, text: `${index}` })),
    });
    const work = pairRecords(many, many);
    let turns = 0;
    while (work.next().done !== true) {
      turns++;
    }
    assert.ok(turns >= 8, `${turns} turns`);
  });

  /** What a filter may do to a record: drop it, put another text in its place, or leave it. */
  const edit = fc.constantFrom('keep', 'keep', 'keep', 'drop', 'change');

  it('recovers any drops, changes, additions and reorderings of records with ids', () => {
    const record = fc.record({ text: fc.constantFrom('a', 'b', 'c', 'd'), edit, place: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.nat(3), (script, added) => {
        const raw = script.map(({ text }, index) => ({ id: `r${index}`, text }));
        const left = [
          ...script.flatMap(({ text, edit, place }, index) =>
            edit === 'drop' ? [] : [{ id: `r${index}`, text: edit === 'change' ? `${text}'` : text, place, index }],
          ),
          ...Array.from({ length: added }, (_, index) => ({ id: `n${index}`, text: 'new', place: index, index: -1 })),
        ].sort((a, b) => a.place - b.place);
        const pairing = pairOne(raw, left);
        assert.equal(
          partners(pairing),
          left.map(({ index, text }) => (index < 0 ? '-' : `${index}${text.endsWith("'") ? '*' : ''}`)).join(' '),
        );
        assert.equal(pairing.counts.removed, script.filter(({ edit }) => edit === 'drop').length);
      }),
    );
  });

  it('keeps what both sides have of any two corpora, each record in one pair at most', () => {
    const entry = fc.record({ id: fc.constantFrom('1', '2', '3', 'x'), text: fc.constantFrom('a', 'b', 'c', '') });
    const files = fc.dictionary(fc.constantFrom('p', 'q', 'r'), fc.array(entry, { maxLength: 8 }));
    fc.assert(
      fc.property(files, files, (raw, filtered) => {
        const pairing = pair(raw, filtered);
        const { counts } = pairing;
        const all = (side: Files) => Object.values(side).flat();
        const numbers = (side: Files) => all(side).map((_, record) => record);
        assert.deepEqual([counts.raw, counts.filtered], [all(raw).length, all(filtered).length]);
        assert.equal(counts.kept + counts.changed + counts.removed, counts.raw);
        assert.equal(counts.kept + counts.changed + counts.added, counts.filtered);
        assert.equal(numbers(raw).filter((record) => pairing.filteredOf(record) === null).length, counts.removed);
        let kept = 0;
        for (const record of numbers(filtered)) {
          const partner = pairing.rawOf(record);
          if (partner !== null) {
            assert.equal(pairing.filteredOf(partner), record);
            const [before, after] = [all(raw)[partner], all(filtered)[record]];
            assert.equal(before?.text !== after?.text, pairing.isChanged(record));
            assert.ok(before?.text === after?.text || before?.id === after?.id);
            kept += before?.text === after?.text ? 1 : 0;
          }
        }
        const timesIn = (side: Files, text: string) => all(side).filter((each) => each.text === text).length;
        const shared = ['a', 'b', 'c', ''].map((text) => Math.min(timesIn(raw, text), timesIn(filtered, text)));
        assert.deepEqual([kept, counts.kept], [counts.kept, shared.reduce((sum, each) => sum + each, 0)]);
      }),
    );
  });
});

describe('signatures', () => {
  it('know the file, the line and the text of many records', () => {
    const side = new Signatures();
    side.startFile('empty');
    side.startFile('a');
    for (let record = 0; record < 3000; record++) {
      side.add([record, 1], [2, record], record + 10);
    }
    side.startFile('also empty');
    side.startFile('b');
    side.add([7, 7], [0, 0], 1);
    assert.deepEqual(
      side.files.map(({ name, from, to }) => [name, from, to]),
      [
        ['empty', 0, 0],
        ['a', 0, 3000],
        ['also empty', 3000, 3000],
        ['b', 3000, 3001],
      ],
    );
    assert.deepEqual(
      [0, 2999, 3000].map((record) => side.fileOf(record)),
      [1, 1, 3],
    );
    assert.deepEqual([side.lineOf(2999), side.lineOf(3000), side.count], [3009, 1, 3001]);
    assert.ok(side.hasText(2999, [2999, 1]) && !side.hasText(2999, [2999, 2]));
  });
});
