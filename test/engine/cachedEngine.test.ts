import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CachedEngine } from '../../src/client/cache/cachedEngine';
import { DiskCache } from '../../src/client/cache/diskCache';
import { SeepError } from '../../src/core/errors';
import type { RecordScores } from '../../src/core/score/leak';
import { type OpenParams, PLAIN_SCAN } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { demoFacts, leakingTexts } from './support/cliWorkspace';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';
import { bigramGraph, failingGraph, logWeights, modelFolder, removeModelFolders } from './support/handMadeModels';

/** The same, but for what other texts in a batch do to the last digits. */
function assertAlike(actual: unknown, expected: unknown): void {
  const rounded = (value: unknown) =>
    JSON.stringify(value, (_key, each: unknown) => (typeof each === 'number' ? Number(each.toPrecision(4)) : each));
  assert.equal(rounded(actual), rounded(expected));
}

describe('an engine with a cache', function () {
  this.timeout(120_000);
  const temporary = temporaryFolder();
  const notices: string[] = [];
  let folders = 0;
  let cache: DiskCache;
  let engines: CachedEngine[] = [];

  beforeEach(() => {
    cache = new DiskCache(join(temporary.path, `cache-${++folders}`), (notice) => notices.push(notice));
  });
  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.dispose()));
    engines = [];
    assert.deepEqual(notices, []);
  });
  after(removeModelFolders);

  /** An engine and the states that its process has gone through. */
  async function open(params: OpenParams = demoModels, facts = demoFacts) {
    const states: string[] = [];
    const enginePath = join(repoRoot, 'dist/engine.js');
    const engine = new CachedEngine({ enginePath, log: () => {}, onState: ({ kind }) => states.push(kind) }, cache);
    engines.push(engine);
    const opened = await engine.open(params);
    const forgetSet = await engine.setForgetSet(facts);
    return { engine, states, opened, forgetSet };
  }

  async function scan(engine: CachedEngine, texts: readonly string[], signal?: AbortSignal) {
    const scores: RecordScores[] = [];
    const failed: number[] = [];
    const records = texts.map((text, key) => ({ key, text }));
    const result = await engine.scan(
      { records, ...PLAIN_SCAN },
      {
        signal,
        onProgress: (progress) => {
          if (progress.kind === 'record') {
            scores[progress.key] = progress.scores;
          } else if (progress.kind === 'failed') {
            failed.push(progress.key);
          }
        },
      },
    );
    return { scores, failed, result };
  }

  const bare = (teacher: string): OpenParams => ({ teacher, student: null, reference: null, provider: 'cpu' });

  it('starts no process for what is known, and tells the same of models, forget set and records', async () => {
    const facts = [...demoFacts, fact('nothing to spell', ['\u0000'])];
    const first = await open(demoModels, facts);
    const before = await scan(first.engine, leakingTexts);
    assert.equal(before.result.cached, 0);
    const second = await open(demoModels, facts);
    const after = await scan(second.engine, leakingTexts);
    assert.deepEqual(second.states, []);
    assert.deepEqual(second.opened, first.opened);
    assert.deepEqual(second.forgetSet, first.forgetSet);
    assert.deepEqual(after.scores, before.scores);
    assert.deepEqual(after.result, { ...before.result, cached: leakingTexts.length });
  });

  it('gives what an engine without one gives', async () => {
    const plain = newClient();
    try {
      await plain.open(demoModels);
      await plain.setForgetSet(demoFacts);
      const scores: RecordScores[] = [];
      const records = leakingTexts.map((text, key) => ({ key, text }));
      const result = await plain.scan(
        { records, ...PLAIN_SCAN },
        {
          onProgress: (progress) => {
            if (progress.kind === 'record') {
              scores[progress.key] = progress.scores;
            }
          },
        },
      );
      const { engine } = await open();
      const first = await scan(engine, leakingTexts);
      assert.deepEqual(first.scores, scores);
      assert.deepEqual(first.result, { ...result, cached: 0 });
    } finally {
      await plain.dispose();
    }
  });

  it('scores a text once, however often it is there', async () => {
    const { engine } = await open();
    const [a = '', b = ''] = leakingTexts;
    const { scores, result } = await scan(engine, [a, b, a, a]);
    assert.deepEqual(scores[2], scores[0]);
    assert.equal(result.records, 4);
    assert.equal(
      result.tokens,
      scores.reduce((sum, { tokens }) => sum + tokens, 0),
    );
    assert.equal((await scan(engine, [b, a, 'Another one.'])).result.cached, 2);
  });

  it('opens the models once for several scans that need them', async () => {
    const first = await open();
    await scan(first.engine, leakingTexts.slice(0, 1));
    const { engine, states } = await open();
    const [a, b] = await Promise.all([scan(engine, ['One thing.']), scan(engine, ['Another thing.'])]);
    assert.deepEqual([a.result.cached, b.result.cached], [0, 0]);
    assert.deepEqual(states, ['starting', 'ready']);
  });

  it('keeps no failure', async () => {
    const teacher = modelFolder({ model: failingGraph('elm').finish() });
    const { engine } = await open(bare(teacher), [fact('f', ['oak'])]);
    for (const cached of [0, 1]) {
      const { failed, result } = await scan(engine, ['the mill', 'the elm']);
      assert.deepEqual(failed, [1]);
      assert.equal(result.cached, cached);
    }
  });

  it('keeps what was scored before it was cancelled', async () => {
    const first = await open();
    const many = Array.from({ length: 400 }, (_, i) => `${leakingTexts[i % leakingTexts.length]} (${i})`);
    const abort = new AbortController();
    let scored = 0;
    const records = many.map((text, key) => ({ key, text }));
    const scanning = first.engine.scan(
      { records, ...PLAIN_SCAN },
      {
        signal: abort.signal,
        onProgress: ({ kind }) => {
          if (kind === 'record' && ++scored === 5) {
            abort.abort();
          }
        },
      },
    );
    await assert.rejects(scanning, { code: 'cancelled' });
    const second = await open();
    const { result } = await scan(second.engine, many);
    assert.ok(result.cached >= 5 && result.cached < many.length, `${result.cached}`);
  });

  it('refuses to mix scores where a model is replaced between looking at it and opening it', async () => {
    const graph = (p: number) => bigramGraph(logWeights({ mill: { oak: p } })).finish();
    const teacher = modelFolder({ model: graph(0.9) });
    const facts = [fact('f', ['oak'])];
    await sleep(3500);
    const first = await open(bare(teacher), facts);
    await scan(first.engine, ['the mill']);
    const second = await open(bare(teacher), facts);
    assert.deepEqual(second.states, []);
    writeFileSync(join(teacher, 'model.onnx'), graph(0.2));
    assert.equal((await scan(second.engine, ['the mill'])).result.cached, 1, 'of the model that was told of');
    await assert.rejects(scan(second.engine, ['a mill']), (error: unknown) => {
      assert.ok(error instanceof SeepError);
      assert.equal(error.code, 'model');
      assert.match(error.message, /the model changed while it was in use/);
      return true;
    });
    const third = await open(bare(teacher), facts);
    const { scores, result } = await scan(third.engine, ['the mill']);
    assert.equal(result.cached, 0);
    assert.ok(Math.abs((scores[0]?.leaks.at(-1)?.tokenMass ?? 0) - 0.2) < 1e-3);
  });

  it('refuses to go on where a model is replaced and the engine starts again', async () => {
    const graph = (p: number) => bigramGraph(logWeights({ mill: { oak: p } })).finish();
    const teacher = modelFolder({ model: graph(0.9) });
    const { engine } = await open(bare(teacher), [fact('f', ['oak'])]);
    await scan(engine, ['the mill']);
    writeFileSync(join(teacher, 'model.onnx'), graph(0.2));
    process.kill((await engine.hello()).pid, 'SIGKILL');
    for (let i = 0; i < 2; i++) {
      await assert.rejects(scan(engine, [`a mill ${i}`]), /the model changed while it was in use/);
    }
  });

  it('goes on where the folder of the cache is deleted in the middle of a scan, and knows what is scored from then on', async () => {
    const { engine } = await open();
    const expected = await scan(engine, leakingTexts);
    const many = Array.from({ length: 200 }, (_, i) => `${leakingTexts[i % leakingTexts.length]} (${i})`);
    const scores: RecordScores[] = [];
    await engine.scan(
      { records: many.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
      {
        onProgress: (progress) => {
          if (progress.kind === 'record') {
            scores.push(progress.scores);
            if (scores.length === 20) {
              rmSync(cache.folder, { recursive: true });
            }
          }
        },
      },
    );
    assert.equal(scores.length, many.length);
    const again = await scan(engine, leakingTexts);
    assert.deepEqual(
      again.scores.map(({ leaks }) => leaks.length),
      expected.scores.map(({ leaks }) => leaks.length),
    );
    const other = await open();
    const { result } = await scan(other.engine, leakingTexts);
    assert.equal(result.cached, leakingTexts.length);
  });

  it('runs nothing where facts leave, are renamed or weigh differently: all of it is known', async () => {
    const first = await open();
    await scan(first.engine, leakingTexts);
    const fewer = demoFacts.slice(2).map((each) => ({ ...each, id: `${each.id} now`, severity: 'low' as const }));
    const { engine, states, forgetSet } = await open(demoModels, fewer.toReversed());
    const { scores, result } = await scan(engine, leakingTexts);
    assert.equal(result.cached, leakingTexts.length);
    assert.deepEqual(states, []);

    const plain = newClient();
    try {
      await plain.open(demoModels);
      assert.deepEqual(await plain.setForgetSet(fewer), forgetSet);
      const { scores: expected } = await scanTexts(plain, leakingTexts);
      assertAlike(scores, expected);
      assert.ok(expected.some(({ leaks }) => leaks.length > 0));
    } finally {
      await plain.dispose();
    }
  });

  it('reads only the records that speak about it where a fact joins', async () => {
    const [joining, ...before] = demoFacts;
    const first = await open(demoModels, before);
    await scan(first.engine, leakingTexts);
    const subject = joining?.subjects[0] ?? '';
    const others = leakingTexts.filter((text) => !text.includes(subject));
    assert.ok(others.length > 0 && others.length < leakingTexts.length);
    const { engine } = await open();
    const { result } = await scan(engine, leakingTexts);
    assert.equal(result.cached, others.length);
  });

  it('goes on with a scan where somebody else names the same facts', async () => {
    const { engine } = await open();
    const scanning = scan(engine, leakingTexts);
    const again = engine.setForgetSet(structuredClone(demoFacts));
    assert.equal((await scanning).scores.length, leakingTexts.length);
    assert.deepEqual(await again, { unscorable: [], classes: [] });
    assert.equal((await scan(engine, leakingTexts)).result.cached, leakingTexts.length, 'what was scored was kept');
  });

  it('keeps nothing of a forget set under another one', async () => {
    const { engine } = await open(demoModels, demoFacts.slice(0, 3));
    const texts = leakingTexts.slice(0, 4);
    const scanning = scan(engine, texts).catch((error: unknown) => error);
    await engine.setForgetSet(demoFacts.slice(3));
    await scanning;
    const { scores } = await scan(engine, texts);
    const ids = new Set(demoFacts.slice(3).map(({ id }) => id));
    assert.ok(scores.every(({ leaks }) => leaks.every((leak) => ids.has(leak.fact))));
    const again = await open(demoModels, demoFacts.slice(3));
    assert.deepEqual((await scan(again.engine, texts)).scores, scores);
  });
});
