import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CachedEngine } from '../../src/client/cache/cachedEngine';
import { DiskCache } from '../../src/client/cache/diskCache';
import type { EngineClient } from '../../src/client/engineClient';
import { ENGLISH, speak } from '../../src/core/l10n';
import { PSEUDO, untranslated } from '../pseudoLanguage';
import { repoRoot } from '../repoRoot';
import { fact, newClient } from './support/engineClient';
import {
  bigramFolder,
  bigramGraph,
  logWeights,
  modelFolder,
  removeModelFolders,
  temporaryFolder,
  V,
  wordTokenizer,
} from './support/handMadeModels';

const cpu = { student: null, reference: null, provider: 'cpu' } as const;

describe('an engine that is started in another language', function () {
  this.timeout(60_000);
  let client: EngineClient;

  before(() => {
    speak(PSEUDO);
    client = newClient();
  });
  after(async () => {
    speak(ENGLISH);
    await client.dispose();
    removeModelFolders();
  });

  /** Asserts that a message is said, and that nothing in it was never given to be translated. @param names values in it */
  function assertTranslated(message: string, ...names: readonly string[]): void {
    const words = names.reduce((text, name) => text.replaceAll(name, ''), message);
    assert.ok(words.trim() !== '');
    assert.deepEqual(untranslated(words), [], message);
  }

  async function faultOf(act: Promise<unknown>): Promise<string> {
    return act.then(
      () => assert.fail('it was not refused'),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  it('says in it why a model is refused', async () => {
    const whole = bigramGraph(logWeights({})).finish();
    const vocab = { ...wordTokenizer.model.vocab, extra: V };
    const refused: readonly (readonly [folder: string, file?: string])[] = [
      [join(temporaryFolder(), 'none')],
      [modelFolder({ model: null })],
      [modelFolder({ model: new Uint8Array() }), 'model.onnx'],
      [modelFolder({ model: whole.subarray(0, whole.length - 20) }), 'model.onnx'],
      [modelFolder({ model: bigramGraph(logWeights({})).finish(9) }), 'model.onnx'],
      [modelFolder({ tokenizer: null }), 'tokenizer.json'],
      [modelFolder({ tokenizer: '{"model": ' }), 'tokenizer.json'],
      [modelFolder({ tokenizer: { ...wordTokenizer, model: { ...wordTokenizer.model, vocab } } }), 'tokenizer.json'],
    ];
    for (const [teacher, file = ''] of refused) {
      assertTranslated(await faultOf(client.open({ teacher, ...cpu })), join(teacher, file));
    }
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    const { providers } = await client.hello();
    assert.ok(!providers.includes(provider));
    const models = { teacher: bigramFolder({}), student: null, reference: null };
    assertTranslated(await faultOf(client.open({ ...models, provider })), provider, ...providers);
  });

  it('says in it what there is to tell of models, facts and records, and does so when it was started again', async () => {
    const teacher = bigramFolder({ mill: { oak: 0.5 } }, {});
    const { notices } = await client.open({ teacher, ...cpu });
    assert.equal(notices.length, 1);
    assertTranslated(notices[0] ?? '', teacher);

    const { unscorable } = await client.setForgetSet([fact('spelt', ['oak']), fact('not', ['xyz'])]);
    assert.deepEqual(
      unscorable.map((each) => each.fact),
      ['not'],
    );
    assertTranslated(unscorable[0]?.message ?? '');

    const look = () => faultOf(client.inspect({ text: '', at: { position: 1 }, temperature: 1, topK: 5 }));
    assertTranslated(await look());
    process.kill((await client.hello()).pid, 'SIGKILL');
    assertTranslated(await look());
  });

  it('keeps its words apart from those of an engine in another one', async () => {
    const teacher = bigramFolder({});
    const cache = new DiskCache(temporaryFolder(), (notice) => assert.fail(notice));
    const said = async (): Promise<string> => {
      const engine = new CachedEngine({ enginePath: join(repoRoot, 'dist/engine.js'), log: () => {} }, cache);
      await engine.open({ teacher, ...cpu });
      const { unscorable } = await engine.setForgetSet([fact('not', ['xyz'])]);
      await engine.dispose();
      return unscorable[0]?.message ?? '';
    };
    assertTranslated(await said());
    speak(ENGLISH);
    assert.match(await said(), /^No answer of this fact/);
    speak(PSEUDO);
    assertTranslated(await said());
  });
});
