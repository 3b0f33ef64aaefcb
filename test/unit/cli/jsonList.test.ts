import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JsonList } from '../../../src/cli/jsonList';
import type { Output } from '../../../src/client/fileOutput';
import { SeepError } from '../../../src/core/errors';
import { visibleJson } from '../../../src/core/report/visibleText';
import { temporaryFolder } from '../temporaryFolder';
import { usedMemory } from '../usedMemory';

class Kept implements Output {
  #bytes = Buffer.alloc(0);

  get text(): string {
    return this.#bytes.toString('utf8');
  }

  async write(data: string | Uint8Array): Promise<void> {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(data as string)]);
  }

  async commit(): Promise<void> {}

  async discard(): Promise<void> {}
}

describe('a list of a JSON report', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const before = process.env.TMPDIR;
  beforeEach(() => {
    process.env.TMPDIR = folder.path;
  });
  afterEach(() => {
    if (before === undefined) {
      delete process.env.TMPDIR;
    } else {
      process.env.TMPDIR = before;
    }
  });

  const line = (i: number) => ({ i, text: `é\u2028😀${'mill '.repeat(i % 100)}` });

  for (const count of [0, 1, 2, 20_000]) {
    it(`of ${count} lines is written line by line`, async () => {
      const lines = Array.from({ length: count }, (_, i) => line(i));
      const list = new JsonList('leaks');
      await list.add(lines.slice(0, 1));
      await list.add(lines.slice(1));
      const output = new Kept();
      await list.writeTo(output);
      const body = lines.map((each) => `\n${visibleJson(each)}`).join(',');
      assert.equal(output.text, `,"leaks":[${body}${count === 0 ? '' : '\n'}]`);
    });
  }

  it('waits in no memory and under no name', async () => {
    const list = new JsonList('leaks');
    const used = usedMemory().heapUsed;
    for (let i = 0; i < 2000; i++) {
      await list.add([{ text: 'mill '.repeat(4000) }]);
    }
    const kept = usedMemory().heapUsed - used;
    assert.ok(kept < 8e6, `${kept} bytes of 40 million are kept`);
    assert.deepEqual(readdirSync(folder.path), []);
    await list.close();
  });

  it('says where it cannot wait, and what to do', async () => {
    process.env.TMPDIR = join(folder.path, 'missing');
    const list = new JsonList('leaks');
    await assert.rejects(list.add([{ text: 'mill '.repeat(1 << 18) }]), (error: unknown) => {
      assert.ok(error instanceof SeepError);
      assert.match(
        error.message,
        /missing: what --format json finds cannot wait there \(there is no such file\)\. Make room/,
      );
      return true;
    });
  });
});
