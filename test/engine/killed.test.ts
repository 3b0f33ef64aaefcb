import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordScores } from '../../src/core/score/leak';
import { type Inspection, type OpenParams, PLAIN_SCAN } from '../../src/protocol/engine';
import { jsonl } from './support/cliWorkspace';
import { fact, newClient } from './support/engineClient';
import { bigramFolder, modelFolder, removeModelFolders, slowGraph } from './support/handMadeModels';
import { cliPath, isAlive, type RunningCli, startCli, until } from './support/runCli';
import { type SteppedEngine, steppedEngine } from './support/tamperedEngine';

const LANES = 3;

/** Answers of two tokens, so that every pass has something to do. */
const facts = [fact('oak', ['oak hill', 'oak bay'], ['mill']), fact('elm', ['elm'], ['red'])];
/** Longer than the first group of a scan takes together, with something to find at the end. */
const texts = ['mill', 'red', 'red mill'].map((subject) => `${'a . '.repeat(140)} the ${subject} is in oak`);

/** As many at a time as keep the machine busy; steps are counted from 1. */
async function forEachStep(steps: readonly string[], act: (at: number, name: string) => Promise<void>): Promise<void> {
  const left = steps.entries();
  const lane = async () => {
    for (const [i, name] of left) {
      await act(i + 1, name);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

interface Outcome {
  readonly scores: readonly RecordScores[];
  readonly inspection: Inspection;
}

let models: OpenParams;
before(() => {
  const config = { max_position_embeddings: 1024 };
  models = {
    teacher: bigramFolder({ in: { oak: 0.6, elm: 0.2 }, oak: { hill: 0.5, bay: 0.2 } }, config),
    student: bigramFolder({ in: { oak: 0.3, elm: 0.2 }, oak: { hill: 0.4 } }, config),
    reference: bigramFolder({ in: { elm: 0.1 }, oak: { bay: 0.3 } }, config),
    provider: 'cpu',
  };
});
after(removeModelFolders);

describe('kill -9 of the engine', function () {
  this.timeout(180_000);
  /** Everything that a client asks of its engine, with each record's scores, which may come once only. */
  async function session({ path }: SteppedEngine): Promise<Outcome> {
    const client = newClient({ enginePath: path });
    try {
      await client.open(models);
      await client.setForgetSet(facts);
      const scores: RecordScores[] = [];
      const result = await client.scan(
        { records: texts.map((text, key) => ({ key, text })), ...PLAIN_SCAN },
        {
          onProgress: (value) => {
            assert.notEqual(value.kind, 'failed');
            if (value.kind === 'record') {
              assert.ok(!(value.key in scores), `record ${value.key} comes twice`);
              scores[value.key] = value.scores;
            }
          },
        },
      );
      assert.equal(result.records, texts.length);
      assert.equal(
        result.tokens,
        scores.reduce((sum, { tokens }) => sum + tokens, 0),
      );
      const inspection = await client.inspect({ text: texts[0] ?? '', at: { position: 4 }, temperature: 1, topK: 5 });
      return { scores, inspection };
    } finally {
      await client.dispose();
    }
  }

  it('loses no record and changes no number, whichever step it dies at', async () => {
    const undisturbed = steppedEngine(0);
    const expected = await session(undisturbed);
    assert.equal(expected.scores.length, texts.length);
    assert.ok(expected.scores.every(({ leaks }) => leaks.some(({ exposure }) => exposure > 0)));
    const steps = undisturbed.steps();
    for (const name of ['hello', 'open', 'setForgetSet', 'scan', 'inspect']) {
      assert.ok(steps.includes(`gets ${name}`), name);
    }
    await forEachStep(steps, async (at, name) => {
      const engine = steppedEngine(at);
      const outcome = await session(engine);
      assert.ok(!isAlive(engine.pid()));
      assert.deepEqual(engine.steps(), steps.slice(0, at));
      assert.deepEqual(outcome, expected, `it ${name}, step ${at} of ${steps.length}`);
    });
  });

  it('is not noticed while it has nothing to do', async () => {
    const client = newClient();
    try {
      await client.open(models);
      await client.setForgetSet(facts);
      const look = () => client.inspect({ text: texts[0] ?? '', at: { position: 4 }, temperature: 1, topK: 5 });
      const before = await look();
      const { pid } = await client.hello();
      process.kill(pid, 'SIGKILL');
      assert.deepEqual(await look(), before);
      assert.notEqual((await client.hello()).pid, pid);
    } finally {
      await client.dispose();
    }
  });

  it('does not keep a client from being disposed of, before or behind', async () => {
    for (const killFirst of [true, false]) {
      const client = newClient();
      await client.open(models);
      const { pid } = await client.hello();
      if (killFirst) {
        process.kill(pid, 'SIGKILL');
      }
      const disposed = client.dispose();
      if (!killFirst) {
        process.kill(pid, 'SIGKILL');
      }
      assert.equal(await Promise.race([disposed, sleep(5000, 'hangs')]), undefined);
      assert.ok(!isAlive(pid));
    }
  });
});

describe('kill -9 of the program that runs the engine', function () {
  this.timeout(180_000);

  /** A folder with a corpus, and a command line there that runs `engine`. */
  function scanWith(engine: SteppedEngine, teacher: string): RunningCli {
    const folder = dirname(engine.path);
    copyFileSync(cliPath, join(folder, 'cli.js'));
    writeFileSync(join(folder, 'corpus.jsonl'), jsonl(...texts));
    const rules = facts.map(({ id, answers, subjects }) => JSON.stringify({ id, answers, subjects }));
    writeFileSync(join(folder, 'forget.jsonl'), rules.join('\n'));
    const args = ['scan', 'corpus.jsonl', '--forget', 'forget.jsonl', '--teacher', teacher];
    return startCli(args, folder, {}, join(folder, 'cli.js'));
  }

  it('leaves no engine, whichever step it is at', async () => {
    const undisturbed = steppedEngine(0);
    const { code, stderr } = await scanWith(undisturbed, models.teacher).ended;
    assert.equal(code, 1, stderr);
    const steps = undisturbed.steps();
    assert.ok(steps.includes('sends record'));
    await forEachStep(steps, async (at, name) => {
      const engine = steppedEngine(at, 'ppid');
      const { child, ended } = scanWith(engine, models.teacher);
      await ended;
      assert.equal(child.signalCode, 'SIGKILL');
      await until(() => !isAlive(engine.pid()), `the end of an engine that ${name}, step ${at}`, 5000);
    });
  });

  it('leaves no engine that is in the middle of a long run', async () => {
    const engine = steppedEngine(0);
    const config = { max_position_embeddings: 1024 };
    const slow = modelFolder({ model: slowGraph('mill', 20_000).finish(), config });
    const { child, ended } = scanWith(engine, slow);
    const runs = () => engine.steps().filter((step) => step === 'runs a model').length;
    await until(() => runs() > 2, 'a run of the scan');
    await sleep(500);
    child.kill('SIGKILL');
    await ended;
    await until(() => !isAlive(engine.pid()), 'the end of the engine', 5000);
  });
});
