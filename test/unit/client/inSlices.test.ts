import assert from 'node:assert/strict';
import { inSlices } from '../../../src/client/inSlices';

describe('work in slices', () => {
  function* slow(): Generator<void, string> {
    for (let step = 0; step < 5; step++) {
      const end = performance.now() + 20;
      while (performance.now() < end) {}
      yield;
    }
    return 'done';
  }

  it('gives turns to others and comes to its end', async () => {
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns++;
      if (!isOver) {
        setImmediate(turn);
      }
    };
    setImmediate(turn);
    assert.equal(await inSlices(slow()).finally(() => (isOver = true)), 'done');
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it('takes none where it is short', async () => {
    let turns = 0;
    setImmediate(() => turns++);
    function* short(): Generator<void, number> {
      yield;
      return 1;
    }
    assert.equal(await inSlices(short()), 1);
    assert.equal(turns, 0);
  });

  it('can be cut off, and fails as the work does', async () => {
    const abort = new AbortController();
    setImmediate(() => abort.abort(new Error('enough')));
    await assert.rejects(inSlices(slow(), abort.signal), /enough/);
    // biome-ignore lint/correctness/useYield: it comes to no slice
    function* failing(): Generator<void, never> {
      throw new Error('wrong');
    }
    await assert.rejects(inSlices(failing()), /wrong/);
  });
});
