import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineState } from '../../src/client/engineClient';
import { SeepError } from '../../src/core/errors';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { PLAIN_SCAN, type ScanProgress } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';
import {
  bigramFolder,
  failingGraph,
  idOf,
  modelFolder,
  removeModelFolders,
  slowGraph,
  temporaryFolder,
} from './support/handMadeModels';
import { childrenOf, isAlive, startCli } from './support/runCli';
import { deadlyEngine } from './support/tamperedEngine';

const demoFacts = parseForgetSet(readFileSync(join(repoRoot, 'media/demo/forget.jsonl'), 'utf8')).facts;
/** Demo records about companies of the forget set, which take real work. */
const demoTexts = readFileSync(join(repoRoot, 'media/demo/corpus/raw.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { text: string }).text)
  .filter((text) => demoFacts.some(({ subjects }) => subjects.some((subject) => text.includes(subject))))
  .slice(0, 120);

function isCancelled(error: unknown): boolean {
  return error instanceof SeepError && error.code === 'cancelled';
}

async function gone(pid: number, within: number): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; await sleep(50)) {
    if (!isAlive(pid)) {
      return true;
    }
  }
  return false;
}

describe('the engine process under its client', function () {
  this.timeout(120_000);
  const clients: ReturnType<typeof newClient>[] = [];
  const client = (...options: Parameters<typeof newClient>) => {
    const created = newClient(...options);
    clients.push(created);
    return created;
  };

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.dispose()));
  });
  after(removeModelFolders);

  it('goes on after kill -9 in the middle of a scan, with the same numbers and no record twice', async () => {
    const states: EngineState[] = [];
    const engine = client({ onState: (state) => states.push(state) });
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    const undisturbed = await scanTexts(engine, demoTexts);

    const { pid } = await engine.hello();
    const seen: number[] = [];
    const again: ScanProgress[] = [];
    const result = await engine.scan(
      { records: demoTexts.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
      {
        onProgress: (value) => {
          if (value.kind !== 'work') {
            again.push(value);
            seen.push(value.key);
            if (seen.length === 20) {
              process.kill(pid, 'SIGKILL');
            }
          }
        },
      },
    );
    assert.notEqual((await engine.hello()).pid, pid);
    assert.equal(result.records, demoTexts.length);
    assert.equal(result.tokens, undisturbed.result.tokens);
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      demoTexts.map((_, key) => key),
    );
    assert.ok(again.every(({ kind }) => kind === 'record'));
    for (const value of again) {
      if (value.kind === 'record') {
        const before = undisturbed.scores[value.key]?.leaks ?? [];
        assert.deepEqual(
          value.scores.leaks.map(({ fact: id, position }) => [id, position]),
          before.map(({ fact: id, position }) => [id, position]),
        );
        for (const [i, leak] of value.scores.leaks.entries()) {
          assert.ok(Math.abs(leak.lift - (before[i]?.lift ?? Number.NaN)) < 1e-5);
        }
      }
    }
    const killed = states.find(({ kind }) => kind === 'restarting');
    assert.match(killed?.message ?? '', /killed, perhaps because memory ran out/);
  });

  const bigrams = () => ({ teacher: bigramFolder({}), student: null, reference: null, provider: 'cpu' }) as const;

  it('fails the one record that it dies on and scores all others', async () => {
    const engine = client({ enginePath: deadlyEngine(idOf('hill')) });
    await engine.open(bigrams());
    await engine.setForgetSet([fact('f', ['oak'])]);
    const texts = Array.from({ length: 40 }, (_, i) => (i === 17 ? 'the hill is red' : 'the mill is in'));
    const { scores, failures } = await scanTexts(engine, texts);
    assert.deepEqual(Object.keys(failures), ['17']);
    assert.match(failures[17] ?? '', /The engine died on this record: it crashed with SIGSEGV/);
    assert.equal(Object.keys(scores).length, 39);
  });

  it('fails the one record that the runtime cannot run, without dying', async () => {
    const engine = client();
    await engine.open({ ...bigrams(), teacher: modelFolder({ model: failingGraph('hill').finish() }) });
    await engine.setForgetSet([fact('f', ['oak'])]);
    const { pid } = await engine.hello();
    const { scores, failures } = await scanTexts(engine, ['the mill is', 'the hill is', 'the mill is in']);
    assert.match(failures[1] ?? '', /the runtime cannot run this record \(.*division by zero/);
    assert.deepEqual(Object.keys(scores), ['0', '2']);
    assert.equal((await engine.hello()).pid, pid);
  });

  it('gives up with one clear error when it keeps dying, and starts afresh after a restart', async () => {
    const states: EngineState[] = [];
    const enginePath = deadlyEngine(idOf('hill'));
    const engine = client({ enginePath, onState: (state) => states.push(state) });
    await engine.open(bigrams());
    await engine.setForgetSet([fact('f', ['oak'])]);
    const bad = Array.from({ length: 8 }, () => 'the hill is red');
    await assert.rejects(scanTexts(engine, bad), (error: unknown) => {
      return error instanceof SeepError && error.code === 'engine' && /keeps dying: it crashed/.test(error.message);
    });
    assert.equal(states.at(-1)?.kind, 'failed');
    await engine.restart();
    assert.equal((await scanTexts(engine, ['the mill is'])).failures.length, 0);
  });

  it('lets go of a scan between two runs, and the next one is right', async () => {
    const engine = client();
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    const { pid } = await engine.hello();
    const controller = new AbortController();
    let finished = 0;
    const scan = engine.scan(
      { records: demoTexts.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
      {
        signal: controller.signal,
        onProgress: ({ kind }) => {
          finished += kind === 'record' ? 1 : 0;
          controller.abort();
        },
      },
    );
    await assert.rejects(scan, isCancelled);
    assert.ok(finished < demoTexts.length / 2, `${finished} records were finished all the same`);
    const { scores } = await scanTexts(engine, demoTexts.slice(0, 5));
    assert.equal(scores.length, 5);
    assert.equal((await engine.hello()).pid, pid, 'nothing had to be killed');
  });

  it('kills a run that does not let go within 2 s, without counting it as a crash', async () => {
    const engine = client();
    await engine.open({
      teacher: modelFolder({ model: slowGraph('hill', 12_000).finish() }),
      student: null,
      reference: null,
      provider: 'cpu',
    });
    await engine.setForgetSet([fact('f', ['oak'])]);
    for (let round = 0; round < 5; round++) {
      await engine.inspect({ text: 'the mill', at: { position: 1 }, temperature: 1, topK: 1 });
      const { pid } = await engine.hello();
      const controller = new AbortController();
      const scan = engine.scan(
        { records: [{ key: 0, text: 'the hill is' }], ...PLAIN_SCAN },
        { signal: controller.signal },
      );
      setTimeout(() => controller.abort(), 300);
      const started = Date.now();
      await assert.rejects(scan, isCancelled);
      assert.ok(Date.now() - started < 6000, `cancelling took ${Date.now() - started} ms`);
      assert.ok(await gone(pid, 2000), 'the old process is still there');
    }
    assert.equal((await scanTexts(engine, ['the mill is'])).scores.length, 1);
  });

  it('kills a process that has hung and reports the record', async () => {
    const engine = client({ silenceMilliseconds: 1500 });
    await engine.open({
      teacher: modelFolder({ model: slowGraph('hill', 20_000).finish() }),
      student: null,
      reference: null,
      provider: 'cpu',
    });
    await engine.setForgetSet([fact('f', ['oak'])]);
    const { scores, failures } = await scanTexts(engine, ['the mill is', 'the hill is']);
    assert.equal(scores.length, 1);
    assert.match(failures[1] ?? '', /gave no answer for too long/);
  });

  it('runs two scans at once, both right, and lets a look at a position in between', async () => {
    const engine = client();
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    const alone = await scanTexts(engine, demoTexts);
    const order: string[] = [];
    const first = scanTexts(engine, demoTexts).then((done) => {
      order.push('first scan');
      return done;
    });
    const second = scanTexts(engine, [...demoTexts].reverse()).then((done) => {
      order.push('second scan');
      return done;
    });
    const look = engine
      .inspect({ text: demoTexts[0] ?? '', at: { position: 3 }, temperature: 1, topK: 5 })
      .then((done) => {
        order.push('look');
        return done;
      });
    const [a, b, inspection] = await Promise.all([first, second, look]);
    assert.equal(inspection.position, 3);
    assert.deepEqual(order, ['look', 'first scan', 'second scan']);
    assert.deepEqual(a.scores, alone.scores);
    for (const [i, scores] of [...b.scores].reverse().entries()) {
      assert.deepEqual(
        scores.leaks.map(({ fact: id, position }) => [id, position]),
        alone.scores[i]?.leaks.map(({ fact: id, position }) => [id, position]),
      );
    }
  });

  it('asks a scan that waits its turn again, too, when it dies', async () => {
    const engine = client();
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    const { pid } = await engine.hello();
    const scans = [scanTexts(engine, demoTexts), scanTexts(engine, demoTexts.slice(0, 30))];
    setTimeout(() => process.kill(pid, 'SIGKILL'), 400);
    const [a, b] = await Promise.all(scans);
    assert.equal(Object.keys(a?.scores ?? []).length, demoTexts.length);
    assert.equal(Object.keys(b?.scores ?? []).length, 30);
  });

  it('opens nothing twice, and everything again with other models', async () => {
    const engine = client();
    const folder = bigramFolder({ mill: { oak: 0.5 } });
    const params = { teacher: folder, student: null, reference: null, provider: 'auto' } as const;
    const first = await engine.open(params);
    assert.equal(await engine.open({ ...params }), first);
    assert.equal(first.provider, 'cpu');
    await engine.setForgetSet([fact('f', ['oak'])]);
    await engine.open({ ...params, reference: bigramFolder({ mill: { oak: 0.4 } }) });
    const { scores, result } = await scanTexts(engine, ['the mill is']);
    assert.equal(result.reference, 'model');
    const leak = scores[0]?.leaks.find(({ position }) => position === 2);
    assert.ok(Math.abs((leak?.lift ?? 0) - 0.1) < 1e-6, `lift ${leak?.lift}`);
  });

  it('refuses a provider that is not there, and says which are', async () => {
    const open = client().open({ teacher: bigramFolder({}), student: null, reference: null, provider: 'coreml' });
    await assert.rejects(open, (error: unknown) => {
      return (
        error instanceof SeepError &&
        error.code === 'provider' &&
        /"coreml" does not work here.*cpu/.test(error.message)
      );
    });
  });

  it('says what to do before any model is open', async () => {
    await assert.rejects(scanTexts(client(), ['a']), (error: unknown) => {
      return error instanceof SeepError && error.code === 'engine' && /No models are open/.test(error.message);
    });
  });

  it('fails with the reason when the engine cannot start at all', async () => {
    const engine = client({ enginePath: join(repoRoot, 'dist/no-such-engine.js') });
    await assert.rejects(engine.hello(), (error: unknown) => {
      return error instanceof SeepError && error.code === 'engine' && /exited with code 1/.test(error.message);
    });
  });

  it('ends with dispose, in the middle of a scan as well', async () => {
    const engine = client();
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    const { pid } = await engine.hello();
    const scan = scanTexts(engine, demoTexts);
    const rejected = assert.rejects(scan, isCancelled);
    await sleep(100);
    await engine.dispose();
    await rejected;
    assert.ok(!isAlive(pid));
    await assert.rejects(engine.hello(), isCancelled);
  });

  it('leaves no orphan when its parent is killed', async () => {
    const engineClient = join(repoRoot, 'dist/engine.js');
    const script = `const { fork } = require('node:child_process');
      const child = fork(${JSON.stringify(engineClient)}, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      child.on('message', () => console.log(child.pid));
      child.send({ rpc: 'request', id: 1, method: 'hello', params: { language: { tag: 'en', messages: {} } } });`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((resolve) =>
      createInterface({ input: parent.stdout }).once('line', (line) => resolve(Number(line))),
    );
    assert.ok(isAlive(pid));
    parent.kill('SIGKILL');
    assert.ok(await gone(pid, 5000), 'the engine outlived its parent');
  });

  it('leaves no engine when its parent is killed in the middle of a scan', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'corpus.jsonl'),
      demoTexts.map((text) => `${JSON.stringify({ text })}\n`.repeat(10)).join(''),
    );
    const demo = join(repoRoot, 'media/demo');
    const teacher = ['--teacher', join(demo, 'models/teacher'), '--reference', 'none'];
    const models = [...teacher, '--forget', join(demo, 'forget.jsonl')];
    const { child } = startCli(['scan', 'corpus.jsonl', ...models, '--format', 'jsonl'], folder);
    // Its first line shows that the engine is at work.
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const [engine = 0, ...others] = childrenOf(child.pid ?? 0);
    assert.ok(engine > 0 && others.length === 0 && isAlive(engine));
    child.kill('SIGKILL');
    assert.ok(await gone(engine, 5000), 'the engine outlived the command');
  });

  it('keeps its output clean', async () => {
    const engine = client();
    await engine.open(demoModels);
    await engine.setForgetSet(demoFacts);
    await scanTexts(engine, demoTexts.slice(0, 10));
    assert.deepEqual(engine.lines, []);
  });
});
