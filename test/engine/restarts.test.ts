import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { CachedEngine } from '../../src/client/cache/cachedEngine';
import { DiskCache } from '../../src/client/cache/diskCache';
import { type OpenParams, PLAIN_SCAN } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { fact, newClient, scanTexts } from './support/engineClient';
import { bigramFolder, removeModelFolders } from './support/handMadeModels';
import { isAlive, until } from './support/runCli';

const LIVES = 40;
const WARM_UP = 10;
/** JavaScript objects that all lives together may leave behind; a child with its streams and listeners has dozens. */
const MOST_OBJECTS = 30;

/** What a process could leak with each child: handles of the event loop, open files, listeners. */
function holdings(): readonly number[] {
  const kinds = process.getActiveResourcesInfo().filter((kind) => /Pipe|Process|Socket|Time|File|Message/.test(kind));
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  const files = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return [kinds.length, files, listeners];
}

/** All objects that are still reachable: unlike the size of the heap this is exact. */
function objects(): number {
  return queryObjects(Object, { format: 'count' });
}

describe('many lives of the engine', function () {
  this.timeout(180_000);
  const temporary = temporaryFolder();
  const warnings: string[] = [];
  const warn = ({ name, message }: Error) => {
    if (name === 'MaxListenersExceededWarning') {
      warnings.push(message);
    }
  };
  before(() => process.on('warning', warn));
  after(() => {
    process.off('warning', warn);
    removeModelFolders();
  });

  const models = (): OpenParams => ({ teacher: bigramFolder({}), student: null, reference: null, provider: 'cpu' });

  /** @param live gives the process that it started, which must be gone soon */
  async function leaksNothing(live: (round: number) => Promise<number>): Promise<void> {
    const pids: number[] = [];
    let before = holdings();
    let objectsBefore = 0;
    for (let round = 0; round < LIVES; round++) {
      if (round === WARM_UP) {
        before = holdings();
        objectsBefore = objects();
      }
      pids.push(await live(round));
    }
    assert.equal(new Set(pids).size, LIVES);
    assert.deepEqual(pids.filter(isAlive), []);
    // Streams of the last process close a little later than it ends.
    const left = () => holdings().map((count, i) => count - (before[i] ?? 0));
    await until(() => left().every((count) => count <= 0), 'streams to close', 5000).catch(() => {});
    assert.ok(
      left().every((count) => count <= 0),
      `${left().join(', ')} more handles, files, listeners`,
    );
    const more = objects() - objectsBefore;
    assert.ok(more <= MOST_OBJECTS, `${more} more objects`);
    assert.deepEqual(warnings, []);
  }

  it('leaves nothing behind in one client, ended in both ways there are: asked to, and killed', async () => {
    const client = newClient();
    const params = models();
    const texts = ['the mill is', 'a hill'];
    try {
      await client.open(params);
      await client.setForgetSet([fact('f', ['oak'])]);
      await leaksNothing(async (round) => {
        const { scores } = await scanTexts(client, texts);
        assert.equal(scores.length, texts.length);
        const { pid } = await client.hello();
        if (round % 2 === 0) {
          process.kill(pid, 'SIGKILL');
          await until(() => !isAlive(pid), 'its end');
        }
        await client.restart();
        return pid;
      });
    } finally {
      await client.dispose();
    }
  });

  it('leaves nothing behind where each has a client and a cache of its own, and is disposed of while it works', async () => {
    const params = models();
    const { signal } = new AbortController();
    const options = { enginePath: join(repoRoot, 'dist/engine.js'), log: () => {} };
    await leaksNothing(async (round) => {
      const engine = new CachedEngine(options, new DiskCache(join(temporary.path, 'cache'), assert.fail));
      await engine.open(params);
      await engine.setForgetSet([fact('f', ['oak'])]);
      const records = [{ key: 0, text: 'the mill is '.repeat(round + 1) }];
      await engine.scan({ records, ...PLAIN_SCAN }, { signal });
      const { pid } = await engine.hello();
      const late = engine.scan({ records: [{ key: 0, text: `a ${records[0]?.text}` }], ...PLAIN_SCAN });
      await Promise.all([engine.dispose(), assert.rejects(late, { code: 'cancelled' })]);
      return pid;
    });
  });
});
