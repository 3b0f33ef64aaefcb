import assert from 'node:assert/strict';
import { NO_SCORES } from '../../../src/core/score/leak';
import { ScoreCache } from '../../../src/host/scoreCache';

const scores = (tokens: number) => ({ ...NO_SCORES, tokens });

describe('the cache of scores', () => {
  it('lets the longest unused go first when it is full', () => {
    const cache = new ScoreCache(10);
    cache.set('aaaa', scores(1));
    cache.set('bbbb', scores(2));
    assert.equal(cache.get('aaaa')?.tokens, 1);
    cache.set('cccc', scores(3));
    assert.deepEqual(
      ['aaaa', 'bbbb', 'cccc'].map((text) => cache.get(text)?.tokens),
      [1, undefined, 3],
    );
  });

  it('counts a text once, however often it is set, and gives back the room of what is deleted', () => {
    const cache = new ScoreCache(8);
    cache.set('aaaa', scores(1));
    cache.set('aaaa', scores(2));
    cache.set('bbbb', scores(3));
    assert.equal(cache.get('aaaa')?.tokens, 2);
    cache.delete('bbbb');
    cache.delete('bbbb');
    cache.set('cccc', scores(4));
    assert.equal(cache.get('aaaa')?.tokens, 2);
    assert.equal(cache.get('cccc')?.tokens, 4);
  });

  it('does not keep a text that is larger than it', () => {
    const cache = new ScoreCache(3);
    cache.set('aaaa', scores(1));
    assert.equal(cache.get('aaaa'), undefined);
  });
});
