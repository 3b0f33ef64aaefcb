import assert from 'node:assert/strict';
import { making } from '../../../src/core/decisions/changeDecisions';
import { type Decision, decisionKey } from '../../../src/core/decisions/decision';
import { decisionsFor, GatheredDecisions } from '../../../src/host/actDecisions';
import { ACT_KINDS } from '../../../src/host/actKind';
import type { ActTarget } from '../../../src/host/actPlaces';
import { textAtOnce } from '../decisions/atOnce';
import { someDecision } from '../decisions/someDecision';
import { someLeak } from '../report/someLeak';
import { someProject } from './someProject';

const target: ActTarget = {
  project: someProject(),
  record: { index: 6, line: 7 },
  hash: 'b'.repeat(64),
  reach: 'record',
  fact: null,
  leaks: [someLeak({ fact: 'f1', start: 4, end: 9 }), someLeak({ fact: 'f2', start: 4, end: 9 })],
};
const words = { reason: null, time: '2026-01-31T12:00:00.000Z' };
const said = (decisions: readonly Decision[]) => decisions.map(({ action, fact, span }) => [action, fact, span]);

describe('the decisions of an act', () => {
  it('say what is done, where it is done, and how far it reaches', () => {
    const made = (kind: (typeof ACT_KINDS)[number], changes: Partial<ActTarget> = {}) =>
      said(decisionsFor(kind, { ...target, ...changes }, 'corpus/a.jsonl.gz', words));
    const span = { start: 4, end: 9 };
    assert.deepEqual(Object.fromEntries(ACT_KINDS.map((kind) => [kind, made(kind)])), {
      drop: [],
      redact: [],
      mask: [
        ['mask', null, span],
        ['mask', null, span],
      ],
      ignore: [['ignore', null, null]],
      reviewed: [['reviewed', null, null]],
      leaveOut: [['drop', null, null]],
    });
    assert.deepEqual(made('ignore', { reach: 'fact', fact: 'f2' }), [['ignore', 'f2', null]]);
    assert.deepEqual(made('ignore', { reach: 'place' }), [
      ['ignore', 'f1', span],
      ['ignore', 'f2', span],
    ]);
    assert.deepEqual(decisionsFor('reviewed', target, 'corpus/a.jsonl.gz', words), [
      someDecision({ record: target.hash, action: 'reviewed', reason: null, file: 'corpus/a.jsonl.gz', line: 7 }),
    ]);
  });

  it('are gathered by the file that keeps them, each once, and no more than that may hold', () => {
    const [one, two] = [someDecision(), someDecision({ fact: 'f2' })];
    const size = textAtOnce([one, two]).length;
    const gathered = new GatheredDecisions((path) => `the file ${path}`, size);
    gathered.add('/p', [one]);
    gathered.add('/p', [one, two]);
    gathered.add('/q', []);
    assert.deepEqual(gathered.changes, new Map([['/p', making([one, two])]]));
    assert.throws(() => gathered.add('/p', [someDecision({ fact: 'f3' })]), {
      name: 'SeepError',
      message: /^the file \/p: would become larger than 64 MB; nothing was decided\. Decide about one file or one fact/,
    });
    assert.ok(gathered.changes.get('/p')?.has(decisionKey(one)));
  });
});
