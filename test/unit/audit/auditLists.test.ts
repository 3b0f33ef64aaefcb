import assert from 'node:assert/strict';
import { AuditLists, LIST_NAMES, type Listed } from '../../../src/core/audit/auditLists';
import type { Finding } from '../../../src/core/audit/finding';

const finding = (changes: Partial<Finding> = {}): Finding => ({
  fact: 'f1',
  kind: 'shadow',
  leaks: 1,
  maxLift: 0.4,
  exposure: 0.3,
  ...changes,
});
const STATED = finding({ kind: 'stated', maxLift: 0.9 });
const NAMED = finding({ kind: 'named', leaks: 0, maxLift: 0 });

function listed(changes: Partial<Listed>): Listed {
  const place = { file: 'x.jsonl', index: 0, line: 1 };
  return {
    change: 'kept',
    id: 'r',
    raw: place,
    filtered: place,
    decided: [],
    before: null,
    after: null,
    record: { text: 'Kamitel is in Solwyn.' },
    leaks: [],
    ...changes,
  };
}

describe('the lists of an audit', () => {
  it('hold each record where it belongs', () => {
    const lists = new AuditLists();
    const kept = (findings: Finding[], id: string) => lists.add(listed({ id, before: findings, after: findings }));
    kept([finding()], 'leaks');
    kept([NAMED], 'names');
    kept([], 'calm');
    const removed = (before: Finding[] | null, id: string) =>
      lists.add(listed({ change: 'removed', id, before, filtered: null }));
    removed([STATED], 'stated');
    removed([NAMED], 'named');
    removed([], 'collateral');
    removed(null, 'failed');
    lists.add(listed({ change: 'changed', id: 'mended', before: [STATED], after: [] }));
    lists.add(listed({ change: 'changed', id: 'still', before: [STATED], after: [finding()] }));
    lists.add(listed({ change: 'added', id: 'new', raw: null, after: [finding({ maxLift: 0.6 })] }));
    assert.deepEqual(
      LIST_NAMES.map((name) => `${name}: ${lists.rows(name).map(({ id }) => id)}`),
      [
        'left: new,leaks,still',
        'removed: stated,named',
        'collateral: collateral',
        'changed: mended,still',
        'added: new',
      ],
    );
    const [mended, still] = lists.rows('changed');
    assert.deepEqual([mended?.kind, mended?.leakedBefore, mended?.facts], [null, true, ['f1']]);
    assert.deepEqual([still?.kind, still?.leakedBefore, still?.lift], ['shadow', true, 0.4]);
    assert.equal(lists.row(still?.number ?? -1), still);
    assert.equal(lists.row(99), undefined);
  });

  it('keep the worst of what is left and the first of the rest, and count all', () => {
    const lists = new AuditLists(3);
    for (let i = 0; i < 20; i++) {
      const after = [finding({ maxLift: ((i * 7) % 20) / 20 })];
      lists.add(listed({ change: 'added', id: String(i), raw: null, after }));
    }
    assert.deepEqual([lists.count('left'), lists.count('added'), lists.count('removed')], [20, 20, 0]);
    assert.deepEqual(
      lists.rows('left').map(({ lift }) => lift),
      [0.95, 0.9, 0.85],
    );
    assert.deepEqual(
      lists.rows('added').map(({ id }) => id),
      ['0', '1', '2'],
    );
  });

  it('show what is around the worst leak of a long text', () => {
    const lists = new AuditLists();
    const text = `${'a '.repeat(200)}Solwyn${' b'.repeat(200)}`;
    const leaks = [
      { start: 0, end: 1, lift: 0.1 },
      { start: 400, end: 406, lift: 0.4 },
    ];
    lists.add(listed({ before: [finding()], after: [finding()], record: { text }, leaks }));
    const [row] = lists.rows('left');
    assert.equal(row?.excerpt.token, 'Solwyn');
    assert.deepEqual(row?.excerpt.isCut, { before: true, after: true });
    assert.ok(text.includes(`${row?.excerpt.before}Solwyn${row?.excerpt.after}`));
    lists.add(listed({ change: 'removed', before: [], record: { text: 'Bread.' } }));
    assert.deepEqual(lists.rows('collateral')[0]?.excerpt, {
      before: '',
      token: '',
      after: 'Bread.',
      isCut: { before: false, after: false },
    });
  });
});
