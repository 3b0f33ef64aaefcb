import assert from 'node:assert/strict';
import { making } from '../../../src/core/decisions/changeDecisions';
import { ActHistory, type DecidedAct } from '../../../src/host/actHistory';
import { someDecision } from '../decisions/someDecision';

function act(words: string, decisions: number): DecidedAct {
  const after = making(Array.from({ length: decisions }, (_, i) => someDecision({ fact: `f${i}` })));
  return { words, changes: [{ path: '/p', before: new Map(), after }] };
}

/** The acts that can still be undone, the last one first. */
function left(history: ActHistory): readonly string[] {
  const words: string[] = [];
  for (let last = history.take(); last !== undefined; last = history.take()) {
    words.push(last.words);
  }
  return words;
}

describe('the acts that can be undone', () => {
  it('are the last ones', () => {
    const history = new ActHistory(2, 100);
    for (const words of ['a', 'b', 'c']) {
      history.add(act(words, 1));
    }
    assert.deepEqual(left(history), ['c', 'b']);
  });

  it('are fewer where they changed much, but always the last', () => {
    const history = new ActHistory(100, 10);
    history.add(act('a', 4));
    history.add(act('b', 4));
    history.take();
    history.add(act('c', 6));
    history.add(act('d', 1));
    assert.deepEqual(left(history), ['d', 'c']);
    history.add(act('e', 1));
    history.add(act('huge', 11));
    assert.deepEqual(left(history), ['huge']);
  });

  it('are taken out one by one, each once, and forgotten ones not at all', () => {
    const history = new ActHistory(100, 10);
    const [forgotten, a, b, c] = [act('forgotten', 9), act('a', 4), act('b', 4), act('c', 1)];
    for (const each of [forgotten, a, b, c]) {
      history.add(each);
    }
    assert.equal(history.take(forgotten), undefined);
    assert.equal(history.take(a), a);
    assert.equal(history.take(a), undefined);
    history.add(act('d', 5));
    assert.deepEqual(left(history), ['d', 'c', 'b'], 'what is taken out counts no longer');
    assert.equal(history.take(), undefined);
  });
});
