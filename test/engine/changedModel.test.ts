import assert from 'node:assert/strict';
import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CachedEngine } from '../../src/client/cache/cachedEngine';
import { DiskCache } from '../../src/client/cache/diskCache';
import { SeepError } from '../../src/core/errors';
import { GraphBuilder } from '../../src/engine/graphBuilder';
import { elementType } from '../../src/engine/onnxFile';
import { type OpenParams, PLAIN_SCAN } from '../../src/protocol/engine';
import { repoRoot } from '../repoRoot';
import { temporaryFolder } from '../unit/temporaryFolder';
import { fact } from './support/engineClient';
import { bigramGraph, logWeights, modelFolder, removeModelFolders, V } from './support/handMadeModels';

/** Records of which a few make up a group, so that a scan tells of some long before it ends. */
const texts = Array.from({ length: 60 }, (_, i) => `${'a '.repeat(i % 7)}${'the mill is in '.repeat(30)}`);

const weights = (p: number) => logWeights({ mill: { oak: p } });

/** The model in one file, which is read, and with weights in a file of their own, which stays in use. */
const FORMS = {
  'model.onnx': (p: number) => bigramGraph(weights(p)).finish(),
  'weights.bin': (p: number) => Buffer.from(Float32Array.from(weights(p)).buffer),
};
type Form = keyof typeof FORMS;

function teacherIn(form: Form): string {
  const external = new GraphBuilder()
    .input('input_ids', elementType.int64, ['batch', 'sequence'])
    .externalFloats('W', [V, V], 'weights.bin', V * V * 4)
    .node('Gather', ['W', 'input_ids'], 'logits')
    .output('logits', elementType.float32, ['batch', 'sequence', V]);
  const config = { max_position_embeddings: 1024 };
  const folder = modelFolder({ model: form === 'weights.bin' ? external.finish() : null, config });
  writeFileSync(join(folder, form), FORMS[form](0.9));
  return folder;
}

/** As `cp` writes over a file, and as a download puts a whole one in its place. */
const WAYS = {
  'written over': (path: string, bytes: Uint8Array) => {
    const file = openSync(path, 'r+');
    writeSync(file, bytes);
    closeSync(file);
  },
  replaced: (path: string, bytes: Uint8Array) => {
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  },
};

describe('a model that changes while a scan is under way', function () {
  this.timeout(60_000);
  const temporary = temporaryFolder();
  const engines: CachedEngine[] = [];
  let caches = 0;
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.dispose()));
  });
  after(removeModelFolders);

  async function open(teacher: string, cache: string) {
    const options = { enginePath: join(repoRoot, 'dist/engine.js'), log: () => {} };
    const engine = new CachedEngine(options, new DiskCache(cache, assert.fail));
    engines.push(engine);
    const models: OpenParams = { teacher, student: null, reference: null, provider: 'cpu' };
    await engine.open(models);
    await engine.setForgetSet([fact('f', ['oak'])]);
    return engine;
  }

  /** The teacher's mass on the answer, by record. */
  async function scan(engine: CachedEngine, onRecord = (_count: number) => {}) {
    const masses: number[] = [];
    const records = texts.map((text, key) => ({ key, text }));
    const ended = await engine
      .scan(
        { records, ...PLAIN_SCAN },
        {
          onProgress: (value) => {
            if (value.kind === 'record') {
              masses[value.key] = Math.max(...value.scores.leaks.map(({ tokenMass }) => tokenMass));
              onRecord(Object.keys(masses).length);
            }
          },
        },
      )
      .catch((error: unknown) => error);
    return { masses: Object.values(masses), ended };
  }

  const are = (masses: readonly number[], p: number) => masses.every((mass) => Math.abs(mass - p) < 1e-5);

  for (const form of Object.keys(FORMS) as Form[]) {
    for (const [way, write] of Object.entries(WAYS)) {
      it(`never gives a mixture where ${form} is ${way}`, async () => {
        const teacher = teacherIn(form);
        const cache = join(temporary.path, `cache-${++caches}`);
        const engine = await open(teacher, cache);
        const { masses, ended } = await scan(engine, (count) => {
          if (count === 1) {
            write(join(teacher, form), FORMS[form](0.2));
          }
        });
        assert.ok(masses.length > 0 && are(masses, 0.9), masses.join());
        if (form === 'weights.bin') {
          assert.ok(ended instanceof SeepError, String(ended));
          assert.equal(ended.code, 'model');
          assert.match(ended.message, /the model's weights changed while they were in use\. Restart the engine/);
          const look = engine.inspect({ text: 'the mill', at: { position: 2 }, temperature: 1, topK: 1 });
          await assert.rejects(look, { code: 'model' });
        } else {
          assert.equal(masses.length, texts.length, 'what was read does not change');
        }
        const after = await scan(await open(teacher, cache));
        assert.equal(after.masses.length, texts.length);
        assert.ok(are(after.masses, 0.2), 'nothing of the old model is taken for the new one');
      });
    }
  }
});
