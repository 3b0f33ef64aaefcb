import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { DiskCache } from '../../../../src/client/cache/diskCache';
import { decodeEntry, encodeEntry, encodeSegment, findEntries, type Key } from '../../../../src/client/cache/segment';
import { repoRoot } from '../../../repoRoot';
import { temporaryFolder } from '../../temporaryFolder';
import type { WriterOptions } from './writer';

const SPACE = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const keyOf = (name: string): Key => createHash('sha256').update(name).digest('binary');

describe('the cache on disk', () => {
  const temporary = temporaryFolder();
  let folder = '';
  let folders = 0;
  let notices: string[] = [];
  beforeEach(async () => {
    folder = join(temporary.path, `cache-${++folders}`);
    notices = [];
  });

  const cache = (limits?: DiskCache['limits']) => new DiskCache(folder, (notice) => notices.push(notice), limits);

  /** Writes values as one process would, and ends. */
  async function write(space: string, values: Readonly<Record<string, string>>, limits?: DiskCache['limits']) {
    const opened = await cache(limits).open(space);
    for (const [name, value] of Object.entries(values)) {
      opened.put(keyOf(name), Buffer.from(value));
    }
    await opened.close();
  }

  /** What another process then finds. */
  async function read(space: string, names: readonly string[]): Promise<Record<string, string>> {
    const opened = await cache().open(space);
    const values = await opened.read(names.map(keyOf));
    await opened.close();
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = values.get(keyOf(name));
        return value === undefined ? [] : [[name, value.toString()]];
      }),
    );
  }

  const segments = async () => (await readdir(folder)).map((name) => join(folder, name));
  async function onlySegment(): Promise<string> {
    const [path, ...rest] = await segments();
    assert.ok(path !== undefined && rest.length === 0, 'one segment');
    return path;
  }

  it('gives back what was kept, of one space only, the newest of two', async () => {
    await write(SPACE, { a: '1', b: '' });
    await write(OTHER, { a: 'other' });
    await write(SPACE, { a: '2' });
    assert.deepEqual(await read(SPACE, ['a', 'b', 'c']), { a: '2', b: '' });
    assert.deepEqual(await read(OTHER, ['a', 'b']), { a: 'other' });
    assert.deepEqual(notices, []);
  });

  it('takes any bytes, values longer than what is read at a time among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.string({ maxLength: 3000, unit: 'binary' }), { maxKeys: 8 }),
        async (values) => {
          await rm(folder, { recursive: true, force: true });
          await write(SPACE, values);
          const expected = Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString()]),
          );
          assert.deepEqual(await read(SPACE, Object.keys(values)), { ...expected });
        },
      ),
      { numRuns: 20 },
    );
    const long = { first: 'x'.repeat(3 << 20), second: 'y'.repeat(5 << 20), third: 'z' };
    await write(SPACE, long);
    assert.deepEqual(await read(SPACE, Object.keys(long)), long);
  });

  it('is nobody else’s to read', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await write(SPACE, { a: '1' });
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(await onlySegment()).mode & 0o777, 0o600);
  });

  it('passes over a last entry that is not whole, however much is missing', async () => {
    await write(SPACE, { a: 'first', b: 'second', c: 'third' });
    const path = await onlySegment();
    const whole = readFileSync(path);
    const entry = encodeEntry(keyOf('c'), Buffer.from('third')).length;
    for (let missing = 1; missing <= entry; missing++) {
      truncateSync(path, whole.length - missing);
      assert.deepEqual(await read(SPACE, ['a', 'b', 'c']), { a: 'first', b: 'second' }, `${missing} bytes missing`);
    }
    assert.deepEqual(notices, []);
  });

  it('never gives a wrong value, whichever bit is wrong', async () => {
    const values = { a: 'first value', b: 'second value', c: 'third value' };
    await write(SPACE, values);
    const path = await onlySegment();
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, broken);
      for (const [name, value] of Object.entries(await read(SPACE, Object.keys(values)))) {
        assert.equal(value, Reflect.get(values, name), `byte ${at}`);
      }
    }
    assert.deepEqual(notices, []);
  });

  it('finds what stands before and behind a spoilt value', async () => {
    await write(SPACE, { a: 'first value', b: 'second value', c: 'third value' });
    const path = await onlySegment();
    const bytes = readFileSync(path);
    bytes.write('S', bytes.indexOf('second'));
    writeFileSync(path, bytes);
    assert.deepEqual(await read(SPACE, ['a', 'b', 'c']), { a: 'first value', c: 'third value' });
  });

  it('passes over a file that is no segment, and folders', async () => {
    await write(SPACE, { a: '1' });
    writeFileSync(join(folder, `${SPACE}-${'0'.repeat(16)}.scores`), 'what is this?');
    writeFileSync(join(folder, `${SPACE}-${'1'.repeat(16)}.scores`), '');
    await mkdir(join(folder, `${SPACE}-${'2'.repeat(16)}.scores`));
    assert.deepEqual(await read(SPACE, ['a']), { a: '1' });
  });

  it('sees what another process writes while both are at work', async () => {
    const mine = await cache().open(SPACE);
    await write(SPACE, { theirs: 'x' });
    mine.put(keyOf('mine'), Buffer.from('y'));
    await mine.flush();
    assert.deepEqual(await read(SPACE, ['mine', 'theirs']), { mine: 'y', theirs: 'x' });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await mine.refresh();
    assert.equal((await mine.read([keyOf('theirs')])).get(keyOf('theirs'))?.toString(), 'x');
    await mine.close();
  }).timeout(20_000);

  describe('with several processes', function () {
    this.timeout(60_000);
    let program = '';
    before(async () => {
      program = join(temporary.path, 'writer.cjs');
      const entry = join(repoRoot, 'test/unit/client/cache/writer.ts');
      await build({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', format: 'cjs' });
    });
    const start = (name: string, count: number, dies: boolean) => {
      const options: WriterOptions = { folder, space: SPACE, name, count, dies };
      return promisify(execFile)(process.execPath, [program, JSON.stringify(options)]);
    };

    it('holds what all of them write at once', async () => {
      const count = 300;
      const writers = ['p', 'q', 'r'];
      await Promise.all(writers.map((name) => start(name, count, false)));
      const names = writers.flatMap((name) => Array.from({ length: count }, (_, i) => `${name}${i}`));
      const found = await read(SPACE, names);
      assert.deepEqual(found, Object.fromEntries(names.map((name) => [name, `value of ${name}`])));
    });

    it('keeps what a killed one had written', async () => {
      await assert.rejects(start('k', 50, true), { signal: 'SIGKILL' });
      const names = Array.from({ length: 50 }, (_, i) => `k${i}`);
      assert.equal(Object.keys(await read(SPACE, names)).length, 50);
    });
  });

  it('deletes what was used longest ago when it grows too large', async () => {
    const limits = { totalBytes: 2500, segmentBytes: 1 << 20 };
    const value = 'v'.repeat(900);
    await write(SPACE, { old: value }, limits);
    const [first = ''] = await segments();
    utimesSync(first, new Date(Date.now() - 100_000), new Date());
    await write(OTHER, { middle: value }, limits);
    const second = (await segments()).find((path) => path !== first) ?? '';
    utimesSync(second, new Date(Date.now() - 50_000), new Date());
    // Looked at again, the first becomes the newest used.
    assert.deepEqual(Object.keys(await read(SPACE, ['old'])), ['old']);
    await write('c'.repeat(32), { new: value }, limits);
    await cache(limits).open('d'.repeat(32));
    assert.deepEqual(Object.keys(await read(OTHER, ['middle'])), [], 'gone');
    assert.deepEqual(Object.keys(await read(SPACE, ['old'])), ['old']);
    assert.ok((await cache().size()) <= limits.totalBytes);
  });

  it('stays bounded while one process writes without end', async () => {
    const limits = { totalBytes: 40_000, segmentBytes: 10_000 };
    const space = await cache(limits).open(SPACE);
    for (let i = 0; i < 200; i++) {
      space.put(keyOf(`n${i}`), Buffer.alloc(1000, 120));
      await space.flush();
      assert.ok((await cache().size()) <= limits.totalBytes + limits.segmentBytes + 1100);
    }
    assert.equal((await space.read([keyOf('n199')])).size, 1);
    assert.equal((await space.read([keyOf('n0')])).size, 0);
    await space.close();
    assert.deepEqual(notices, []);
  });

  it('puts many small segments together without losing any of it', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `m${i}`);
    for (const name of names) {
      await write(SPACE, { [name]: name, same: name });
    }
    const minutesAgo = new Date(Date.now() - 600_000);
    for (const [i, path] of (await segments()).entries()) {
      assert.ok(i < 12);
      utimesSync(path, minutesAgo, minutesAgo);
    }
    assert.deepEqual(Object.keys(await read(SPACE, names)), names);
    assert.equal((await segments()).length, 1);
    assert.deepEqual(Object.keys(await read(SPACE, [...names, 'same'])), [...names, 'same']);
  });

  it('says once that nothing can be kept, and goes on', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const space = await cache().open(SPACE);
    for (const name of ['a', 'b']) {
      space.put(keyOf(name), Buffer.from(name));
      await space.flush();
    }
    assert.equal((await space.read([keyOf('a')])).size, 0);
    await space.close();
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? '', /scores cannot be kept there/);
    if (process.platform === 'win32' || process.getuid?.() === 0) {
      return; // Permissions bind neither.
    }
    await rm(folder);
    await mkdir(folder);
    chmodSync(folder, 0o500);
    await write(SPACE, { a: '1' });
    assert.match(notices[1] ?? '', /no permission/);
  });

  it('stops at a full disk with what was whole before', async () => {
    const space = await cache().open(SPACE);
    space.put(keyOf('before'), Buffer.from('1'));
    await space.flush();
    // The file handle's own prototype, so that half of the data gets to the file as on a disk that fills up.
    const handle = await open(await onlySegment());
    const prototype = Object.getPrototypeOf(handle) as { appendFile: unknown; write(data: Buffer): Promise<unknown> };
    await handle.close();
    const { appendFile } = prototype;
    prototype.appendFile = async function (this: typeof prototype, data: Buffer) {
      await this.write(data.subarray(0, data.length / 2));
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
    };
    try {
      space.put(keyOf('lost'), Buffer.from('2'));
      await space.flush();
      space.put(keyOf('also lost'), Buffer.from('3'));
      await space.flush();
    } finally {
      prototype.appendFile = appendFile;
    }
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? '', /the disk is full/);
    assert.equal((await space.read([keyOf('before')])).size, 1);
    await space.close();
    const length = statSync(await onlySegment()).size;
    assert.equal(length, encodeSegment([encodeEntry(keyOf('before'), Buffer.from('1'))]).length, 'no half entry');
    assert.deepEqual(await read(SPACE, ['before', 'lost']), { before: '1' });
  });

  it('clears its own files and no others', async () => {
    await write(SPACE, { a: '1' });
    writeFileSync(join(folder, 'thesis.txt'), 'not ours');
    await cache().clear();
    assert.deepEqual(await readdir(folder), ['thesis.txt']);
    assert.equal(await cache().size(), 0);
  });

  it('refuses an entry under another key', () => {
    const entry = encodeEntry(keyOf('a'), Buffer.from('1'));
    assert.equal(decodeEntry(entry, keyOf('a'))?.toString(), '1');
    assert.equal(decodeEntry(entry, keyOf('b')), null);
  });

  it('goes on finding entries where it stopped', async () => {
    const path = join(temporary.path, 'segment');
    const entries = ['a', 'b'].map((name) => encodeEntry(keyOf(name), Buffer.from(name)));
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = entries;
    writeFileSync(path, Buffer.concat([encodeSegment([first]), second.subarray(0, 20)]));
    const handle = await open(path);
    const found: Key[] = [];
    const end = await findEntries(handle, 0, (key) => found.push(key));
    assert.deepEqual(found, [keyOf('a')]);
    appendFileSync(path, second.subarray(20));
    await findEntries(handle, end, (key) => found.push(key));
    assert.deepEqual(found, [keyOf('a'), keyOf('b')]);
    await handle.close();
  });
});
