import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PlaceIndex } from '../../../../src/client/cache/placeIndex';
import type { Key, Place } from '../../../../src/client/cache/segment';
import { usedMemory } from '../../usedMemory';

const keyOf = (name: string): Key => createHash('sha256').update(name).digest('binary');

describe('an index of places', () => {
  it('gives what was put there last, however much it is, and nothing else', () => {
    const index = new PlaceIndex();
    const expected = new Map<Key, Place>();
    for (let i = 0; i < 20_000; i++) {
      const key = keyOf(`${i % 15_000}`);
      const place = { offset: i * 200_000, length: 44 + i };
      index.set(key, place);
      expected.set(key, place);
    }
    assert.equal(index.size, expected.size);
    for (const [key, place] of expected) {
      assert.deepEqual(index.get(key), place);
    }
    for (let i = 0; i < 1000; i++) {
      assert.equal(index.get(keyOf(`other ${i}`)), undefined);
    }
  });

  it('finds keys that begin alike', () => {
    const index = new PlaceIndex();
    const keys = Array.from(
      { length: 200 },
      (_, i) => `\u0000\u0000\u0000\u0000${String.fromCharCode(i)}${'x'.repeat(27)}`,
    );
    for (const [i, key] of keys.entries()) {
      index.set(key, { offset: i, length: 50 });
    }
    assert.deepEqual(
      keys.map((key) => index.get(key)?.offset),
      keys.map((_, i) => i),
    );
  });

  it('takes less than 32 bytes an entry', () => {
    const count = 100_000;
    const before = usedMemory().arrayBuffers;
    const index = new PlaceIndex();
    for (let i = 0; i < count; i++) {
      index.set(keyOf(`${i}`), { offset: i, length: 50 });
    }
    const bytes = (usedMemory().arrayBuffers - before) / index.size;
    assert.ok(bytes < 32, `${bytes} bytes an entry`);
  });

  it('is empty at first', () => {
    assert.equal(new PlaceIndex().get(keyOf('a')), undefined);
    assert.equal(new PlaceIndex().size, 0);
  });
});
