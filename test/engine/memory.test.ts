import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeepError } from '../../src/core/errors';
import type { OpenParams } from '../../src/protocol/engine';
import { demoFacts, demoTexts } from './support/cliWorkspace';
import { demoModels, fact, newClient, scanTexts } from './support/engineClient';
import {
  bigramFolder,
  hungryGraph,
  idOf,
  modelFolder,
  removeModelFolders,
  temporaryFolder,
} from './support/handMadeModels';
import { deadlyEngine } from './support/tamperedEngine';

const TEXTS = ['the mill is', 'the hill is', 'the mill is in'];
/** The side of a matrix of 4 TB. */
const ENDLESS = 1 << 20;

describe('memory that runs out', function () {
  this.timeout(60_000);
  const clients: ReturnType<typeof newClient>[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.dispose()));
  });
  after(removeModelFolders);

  function start(...options: Parameters<typeof newClient>): ReturnType<typeof newClient> {
    const client = newClient(...options);
    clients.push(client);
    return client;
  }

  const alone = (teacher: string): OpenParams => ({ teacher, student: null, reference: null, provider: 'cpu' });

  async function scan(client: ReturnType<typeof newClient>, models: OpenParams) {
    await client.open(models);
    await client.setForgetSet([fact('f', ['oak'])]);
    const { pid } = await client.hello();
    return { ...(await scanTexts(client, TEXTS)), survived: (await client.hello()).pid === pid };
  }

  /** A Node that gets no more than this much address space. */
  function limitedNode(kilobytes: number): string {
    const path = join(temporaryFolder(), 'node');
    writeFileSync(path, `#!/bin/sh\nulimit -v ${kilobytes}\nexec ${JSON.stringify(process.execPath)} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('fails the one record for which no machine has enough, and names the model and the mend', async () => {
    const teacher = modelFolder({ model: hungryGraph('hill', ENDLESS).finish() });
    const { scores, failures, survived } = await scan(start(), alone(teacher));
    assert.equal(
      failures[1],
      `${teacher}: the runtime cannot run this record (memory ran out: 4398.0 GB were asked for at once). Use a smaller or quantised model, or free memory.`,
    );
    assert.deepEqual(Object.keys(scores), ['0', '2']);
    assert.ok(survived);
  });

  it('fails the one record that goes beyond what the process may have', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const teacher = modelFolder({ model: hungryGraph('hill', 16_000).finish() });
    const client = start({ execPath: limitedNode(2_000_000) });
    const { scores, failures, survived } = await scan(client, alone(teacher));
    assert.match(failures[1] ?? '', /memory ran out: 1\.0 GB were asked for at once/);
    assert.deepEqual(Object.keys(scores), ['0', '2']);
    assert.ok(survived);
    const unlimited = await scan(start(), alone(teacher));
    assert.deepEqual(Object.keys(unlimited.scores), ['0', '1', '2'], 'it is the limit that counts');
  });

  it('refuses a model that cannot even be tried', async () => {
    const teacher = modelFolder({ model: hungryGraph('hill', ENDLESS, true).finish() });
    await assert.rejects(start().open(alone(teacher)), (error: unknown) => {
      assert.ok(error instanceof SeepError);
      assert.equal(error.code, 'model');
      const file = join(teacher, 'model.onnx');
      assert.equal(
        error.message,
        `${file}: the runtime cannot run this model (memory ran out: 4398.0 GB were asked for at once). Use a smaller or quantised model, or free memory.`,
      );
      return true;
    });
  });

  it('fails the record for which the system kills the engine, and names the models', async () => {
    const [teacher, student] = [bigramFolder({}), bigramFolder({})];
    const client = start({ enginePath: deadlyEngine(idOf('hill'), 'SIGKILL') });
    const { scores, failures } = await scan(client, { ...alone(teacher), student });
    assert.equal(
      failures[1],
      `The engine died on this record: it was killed, perhaps because memory ran out: use smaller or quantised models than ${teacher}, ${student}.`,
    );
    assert.deepEqual(Object.keys(scores), ['0', '2']);
  });

  it('says so where an engine has too little to start', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    await assert.rejects(start({ execPath: limitedNode(700_000) }).hello(), (error: unknown) => {
      assert.ok(error instanceof SeepError);
      assert.match(error.message, /keeps dying: it ran out of memory \(.*\): use smaller or quantised models\./);
      return true;
    });
  });
});

describe('memory of a long scan', function () {
  this.timeout(60_000);
  const client = newClient();
  before(async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    await client.open(demoModels);
    await client.setForgetSet(demoFacts);
  });
  after(() => client.dispose());

  const speaks = (text: string) => demoFacts.some(({ subjects }) => subjects.some((each) => text.includes(each)));
  const quiet = demoTexts.filter((text) => !speaks(text));
  const speaking = demoTexts.filter(speaks);
  const pick = (texts: readonly string[], i: number) => texts[i % texts.length] ?? '';
  /** No two are alike. */
  const longText = (i: number, sentences: number) =>
    `${i}. ${Array.from({ length: sentences }, (_, k) => pick(quiet, i * 31 + k * 7)).join(' ')}`;

  /** By how many MB the engine's peak grows meanwhile. */
  async function growth(work: () => Promise<void>): Promise<number> {
    const { pid } = await client.hello();
    const peak = () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const before = peak();
    await work();
    return peak() - before;
  }

  it('stays close to what is in use while texts go through that no fact counts in', async () => {
    const grown = await growth(async () => {
      for (let from = 0; from < 8192; from += 512) {
        await scanTexts(
          client,
          Array.from({ length: 512 }, (_, k) => longText(from + k, 26)),
        );
      }
    });
    assert.ok(grown < 40, `${grown} MB more than with the models open`);
  });

  it('is hardly more for many texts at once that facts count in than for two', async () => {
    const scan = async (count: number) => {
      const texts = Array.from({ length: count }, (_, i) => `${longText(i, 8)} ${pick(speaking, i)}`);
      await scanTexts(client, texts);
    };
    await scan(2);
    const grown = await growth(() => scan(32));
    assert.ok(grown < 40, `${grown} MB more`);
  });
});
