import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  destination,
  type Move,
  marksOf,
  readsRightToLeft,
  stripWindow,
  WINDOW_TOKENS,
} from '../../webview-ui/pages/distributions/recordStrip';
import { leak, snapshotOf } from '../webview/panelSnapshot';

const long = snapshotOf({ tokens: Array.from({ length: 5000 }, (_, i) => ` t${i}`) });

describe('the strip of tokens', () => {
  it('gives every character of a short record to one token', () => {
    const snapshot = snapshotOf();
    const { tokens, before, after } = stripWindow(snapshot, 3);
    assert.equal(tokens.map(({ gap, text }) => gap + text).join(''), snapshot.text);
    assert.deepEqual([before, after], [0, 0]);
    assert.equal(tokens.at(-1)?.kind, 'end');
  });

  it('shows the unpredicted first token where the input has no BOS', () => {
    const snapshot = snapshotOf({ tokens: ['One', ' two', ''] });
    const { spans } = snapshot.inspection;
    const first = stripWindow({ ...snapshot, inspection: { ...snapshot.inspection, spans: spans.slice(1) } }, 1)
      .tokens[0];
    assert.deepEqual([first?.gap, first?.text], ['One', ' two']);
  });

  it('shows a character once that several tokens make up', () => {
    const snapshot = snapshotOf({ tokens: ['a😀b', ''] });
    const inspection = {
      ...snapshot.inspection,
      spans: [
        [0, 1],
        [1, 3],
        [1, 3],
        [1, 3],
        [3, 4],
        [4, 4],
      ] as const,
    };
    const { tokens } = stripWindow({ ...snapshot, inspection }, 1);
    assert.deepEqual(
      tokens.map(({ kind, text }) => [kind, text]),
      [
        ['text', 'a'],
        ['text', '😀'],
        ['part', ''],
        ['part', ''],
        ['text', 'b'],
        ['end', ''],
      ],
    );
  });

  it('clips long records around the selection, in steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (position) => {
        const { tokens, before, after } = stripWindow(long, position);
        assert.equal(tokens.length + before + after, 5000);
        assert.ok(tokens.length <= WINDOW_TOKENS);
        const index = tokens.findIndex((token) => token.position === position);
        assert.ok(index >= Math.min(100, position - 1), 'room on the left');
        assert.ok(tokens.length - 1 - index >= Math.min(100, 5000 - position), 'room on the right');
      }),
    );
    const first = (position: number) => stripWindow(long, position).tokens[0]?.position;
    assert.equal(first(1000), first(1001), 'the text stands still from one token to the next');
  });

  it('takes the worst leak of a position for its mark', () => {
    const marks = marksOf(
      [leak({ lift: 0.05, kind: 'stated' }), leak({ lift: 0.4, fact: 'dc-002' }), leak({ position: 3, lift: 0.01 })],
      0.02,
    );
    assert.deepEqual([...marks.keys()], [8], 'nothing below the threshold');
    const mark = marks.get(8);
    assert.deepEqual([mark?.band, mark?.leak.kind, mark?.leak.fact, mark?.facts], ['high', 'shadow', 'dc-002', 2]);
  });

  it('moves between tokens and leaks', () => {
    const snapshot = snapshotOf();
    const marks = marksOf([leak({ position: 3 }), leak({ position: 8 }), leak({ position: 12 })], 0.02);
    const cases: [Move, number, number | null][] = [
      ['next', 8, 9],
      ['previous', 8, 7],
      ['next', 19, null],
      ['previous', 1, null],
      ['first', 8, 1],
      ['last', 8, 19],
      ['nextLeak', 8, 12],
      ['nextLeak', 12, 3],
      ['previousLeak', 8, 3],
      ['previousLeak', 3, 12],
    ];
    for (const [move, from, to] of cases) {
      assert.equal(destination(move, from, snapshot, marks), to, `${move} from ${from}`);
    }
    assert.equal(destination('nextLeak', 8, snapshot, new Map()), null);
  });

  it('knows which way a record reads', () => {
    assert.ok(readsRightToLeft('123 שלום world'));
    assert.ok(readsRightToLeft('(مرحبا)'));
    assert.ok(!readsRightToLeft('hello שלום'));
    assert.ok(!readsRightToLeft('123'));
  });
});
