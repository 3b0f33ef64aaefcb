import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { LeakingRecords, type ListedRecord } from '../../../src/client/leakingRecords';
import { collected } from '../collected';
import { listedRecord as leaking } from '../report/listedRecord';
import { temporaryFolder } from '../temporaryFolder';

describe('the list of all records that leak', () => {
  const folder = temporaryFolder();
  let list: LeakingRecords;
  afterEach(() => list.close());

  async function filled(...records: readonly ListedRecord[]): Promise<LeakingRecords> {
    list = await LeakingRecords.create();
    for (const each of records) {
      list.add(each);
    }
    return list;
  }

  it('gives them by falling lift or as they stand in their files, of one file or of all, page by page', async () => {
    const [a2, a0, b1] = [leaking('a', 2, 0.5), leaking('a', 0, 0.9), leaking('b', 1, 0.7)];
    await filled(a2, a0, b1);
    assert.deepEqual(await list.read({ file: null, order: 'worst', from: 0 }, 10), {
      records: [a0, b1, a2],
      listed: 3,
    });
    assert.deepEqual(await list.read({ file: null, order: 'place', from: 0 }, 2), { records: [a0, a2], listed: 3 });
    assert.deepEqual(await list.read({ file: null, order: 'place', from: 2 }, 2), { records: [b1], listed: 3 });
    assert.deepEqual(await list.read({ file: 'b', order: 'worst', from: 0 }, 10), { records: [b1], listed: 1 });
    assert.deepEqual(await list.read({ file: 'c', order: 'worst', from: 0 }, 10), { records: [], listed: 0 });
    assert.deepEqual(await list.read({ file: null, order: 'worst', from: 9 }, 10), { records: [], listed: 3 });
  });

  it('knows the next record and the one before, and goes round', async () => {
    await filled(leaking('a', 30, 0.5), leaking('a', 10, 0.9), leaking('b', 20, 0.7), leaking('a', 20, 0.1));
    const indexOf = async (...args: Parameters<LeakingRecords['neighbour']>) =>
      (await list.neighbour(...args))?.record.index;
    assert.equal(await indexOf('a', 10, 1), 20);
    assert.equal(await indexOf('a', 15, 1), 20);
    assert.equal(await indexOf('a', 30, 1), 10);
    assert.equal(await indexOf('a', 20, -1), 10);
    assert.equal(await indexOf('a', 10, -1), 30);
    assert.equal(await indexOf('c', 10, 1), undefined);
  });

  it('holds many, and gives them back whenever it is asked, also while it grows', async () => {
    await filled();
    const expected: ListedRecord[] = [];
    for (let i = 0; i < 5000; i++) {
      const each = leaking('a', i, ((i * 7919) % 5000) / 5000);
      expected.push(each);
      list.add(each);
      if (i % 1000 === 500) {
        const { records } = await list.read({ file: 'a', order: 'place', from: i - 2 }, 3);
        assert.deepEqual(records, expected.slice(i - 2));
      }
    }
    const worst = expected.toSorted((a, b) => b.worst.leak.lift - a.worst.leak.lift);
    await fc.assert(
      fc.asyncProperty(fc.nat(5000), fc.nat(120), async (from, count) => {
        const { records, listed } = await list.read({ file: null, order: 'worst', from }, count);
        assert.equal(listed, 5000);
        assert.deepEqual(records, worst.slice(from, from + count));
      }),
      { numRuns: 10 },
    );
  });

  it('is gone through from first to last, of some files or of all, and ends with an error where it is closed meanwhile', async () => {
    await filled();
    // Some megabytes, so that it is read in several pieces, and one record that is longer than a piece.
    const all = Array.from({ length: 6000 }, (_, i) => leaking(i % 3 === 0 ? 'a' : 'b', i, 0.5));
    all[2000] = leaking('a', 2000, 0.5, { fact: 'é'.repeat(1 << 20) });
    for (const each of all) {
      list.add(each);
    }
    assert.deepEqual(await collected(list.inFiles(() => true)), all);
    const inA = all.filter(({ record }) => record.file === 'a');
    assert.deepEqual(await collected(list.inFiles((file) => file === 'a')), inA);
    assert.deepEqual(await collected(list.inFiles(() => false)), []);
    const through = list.inFiles(() => true);
    assert.deepEqual((await through.next()).value, all[0]);
    await list.close();
    await assert.rejects(collected(through), /^SeepError: What that scan has found is gone/);
  });

  it('keeps no more than it may, counts the rest, and leaves nothing on disk', async () => {
    const { TMPDIR = tmpdir() } = process.env;
    process.env.TMPDIR = folder.path;
    try {
      list = await LeakingRecords.create(2);
    } finally {
      process.env.TMPDIR = TMPDIR;
    }
    for (let i = 0; i < 5; i++) {
      list.add(leaking('a', i, 0.5));
    }
    const { records, listed } = await list.read({ file: null, order: 'place', from: 0 }, 10);
    assert.deepEqual([records.length, listed, list.added, list.kept], [2, 2, 5, 2]);
    assert.deepEqual(readdirSync(folder.path), []);
  });
});
