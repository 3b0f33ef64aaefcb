import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../src/client/engineClient';
import { SeepError } from '../../src/core/errors';
import { GraphBuilder } from '../../src/engine/graphBuilder';
import { elementType } from '../../src/engine/onnxFile';
import type { OpenResult } from '../../src/protocol/engine';
import { fact, newClient, scanTexts } from './support/engineClient';
import {
  bigramFolder,
  bigramGraph,
  type FolderParts,
  logWeights,
  modelFolder,
  removeModelFolders,
  temporaryFolder,
  V,
  WORDS,
  wordTokenizer,
} from './support/handMadeModels';

const weights = logWeights({});

describe('model folders', function () {
  this.timeout(60_000);
  let client: EngineClient;

  before(() => {
    client = newClient();
  });
  after(async () => {
    await client.dispose();
    removeModelFolders();
  });

  function open(teacher: string, student: string | null = null): Promise<OpenResult> {
    return client.open({ teacher, student, reference: null, provider: 'cpu' });
  }

  /** The folder is refused, and the message names the file and says why. */
  async function refused(folder: string, file: string, why: RegExp): Promise<void> {
    await assert.rejects(open(folder), (error: unknown) => {
      assert.ok(error instanceof SeepError, String(error));
      assert.equal(error.code, 'model');
      assert.ok(error.message.startsWith(join(folder, file)), `${error.message} does not name ${join(folder, file)}`);
      assert.match(error.message, why);
      assert.doesNotMatch(error.message, /\n|\bat .*\.ts/);
      return true;
    });
  }

  async function refusedModel(model: Uint8Array, why: RegExp, parts: FolderParts = {}): Promise<void> {
    await refused(modelFolder({ model, ...parts }), 'model.onnx', why);
  }

  describe('that are refused', () => {
    it('a folder that is not there', () => refused(join(temporaryFolder(), 'none'), '', /no such folder.*Give/));
    it('a folder without a model', () => refused(modelFolder({ model: null }), '', /no model\.onnx.*Export/));
    it('a file that is not ONNX', () =>
      refusedModel(Buffer.from('<!DOCTYPE html><html><body>404</body></html>'), /not (a whole|an) ONNX/));
    it('an empty file', () => refusedModel(new Uint8Array(), /not an ONNX model/));
    it('a Git LFS pointer', () =>
      refusedModel(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\n'), /git lfs pull/));
    it('a truncated file, wherever it ends', async () => {
      const whole = bigramGraph(weights).finish();
      for (const length of [1, 10, 200, whole.length - 20, whole.length - 1]) {
        await refusedModel(whole.subarray(0, length), /not a whole ONNX model|not an ONNX model|cannot load/);
      }
    });
    it('a folder without tokenizer.json', () =>
      refused(modelFolder({ tokenizer: null }), 'tokenizer.json', /missing\. Save the fast tokenizer/));
    it('a tokenizer.json that is not JSON', () =>
      refused(modelFolder({ tokenizer: '{"model": ' }), 'tokenizer.json', /not a JSON object/));
    it('a tokenizer.json that is no tokenizer', () =>
      refused(
        modelFolder({ tokenizer: { model: { type: 'Unheard', vocab: null } } }),
        'tokenizer.json',
        /cannot be read/,
      ));
    it('a tokenizer with more tokens than the model has logits', () => {
      const vocab = { ...wordTokenizer.model.vocab, extra: V };
      const tokenizer = { ...wordTokenizer, model: { ...wordTokenizer.model, vocab } };
      return refused(modelFolder({ tokenizer }), 'tokenizer.json', /14 tokens, but the model's logits only 13/);
    });
    it('a model without logits', () => {
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, ['batch', 'sequence'])
        .floats('W', [V, V], weights)
        .node('Gather', ['W', 'input_ids'], 'last_hidden_state')
        .output('last_hidden_state', elementType.float32, ['batch', 'sequence', V]);
      return refusedModel(graph.finish(), /no "logits" output \(it has last_hidden_state\)/);
    });
    it('logits in bfloat16', () => {
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, ['batch', 'sequence'])
        .floats('W', [V, V], weights)
        .node('Gather', ['W', 'input_ids'], 'wide')
        .node('Cast', ['wide'], 'logits', { to: elementType.bfloat16 })
        .output('logits', elementType.bfloat16, ['batch', 'sequence', V]);
      return refusedModel(graph.finish(), /bfloat16.*float32 or float16/);
    });
    it('logits for the last token only', () => {
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, ['batch', 'sequence'])
        .floats('W', [V, V], weights)
        .int64s('last', [1], [-1])
        .node('Gather', ['input_ids', 'last'], 'last_ids', { axis: 1 })
        .node('Gather', ['W', 'last_ids'], 'logits')
        .output('logits', elementType.float32, ['batch', 1, V]);
      return refusedModel(graph.finish(), /last token only.*prune_lm_head/);
    });
    it('an input that nobody can fill', () => {
      const graph = bigramGraph(weights).input('encoder_hidden_states', elementType.float32, ['batch', 'n', 8]);
      return refusedModel(graph.finish(), /"encoder_hidden_states" that Seep cannot fill/);
    });
    it('inputs of a fixed shape', () => {
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, [1, 128])
        .floats('W', [V, V], weights)
        .node('Gather', ['W', 'input_ids'], 'logits')
        .output('logits', elementType.float32, [1, 128, V]);
      return refusedModel(graph.finish(), /fixed shape 1 x 128.*dynamic/);
    });
    it('an old operator set', () => refusedModel(bigramGraph(weights).finish(9), /operator set 9.*11 or newer/));
    it('a model that looks at later tokens', () => {
      // logits[t] = sum over all tokens of W[token]
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, ['batch', 'sequence'])
        .floats(
          'W',
          [V, V],
          Float32Array.from({ length: V * V }, (_, i) => (i % (V + 1) === 0 ? 5 : 0)),
        )
        .floats('zero', [1], [0])
        .node('Gather', ['W', 'input_ids'], 'rows')
        .int64s('axis', [1], [1])
        .node('ReduceSum', ['rows', 'axis'], 'total', { keepdims: 1 })
        .node('Mul', ['rows', 'zero'], 'zeros')
        .node('Add', ['zeros', 'total'], 'logits')
        .output('logits', elementType.float32, ['batch', 'sequence', V]);
      return refusedModel(graph.finish(), /no causal language model/);
    });
    it('external weights that are missing or lie outside', async () => {
      const graph = (location: string) =>
        new GraphBuilder()
          .input('input_ids', elementType.int64, ['batch', 'sequence'])
          .externalFloats('W', [V, V], location, V * V * 4)
          .node('Gather', ['W', 'input_ids'], 'logits')
          .output('logits', elementType.float32, ['batch', 'sequence', V])
          .finish();
      await refused(modelFolder({ model: graph('model.onnx_data') }), 'model.onnx_data', /missing.*put it beside/);
      await refusedModel(graph('../secret'), /outside its folder/);
    });
  });

  it('say the same again after a refusal, and then open a good folder', async () => {
    const bad = modelFolder({ tokenizer: null });
    await refused(bad, 'tokenizer.json', /missing/);
    await refused(bad, 'tokenizer.json', /missing/);
    assert.equal((await open(bigramFolder({}))).models.teacher.vocabulary, V);
  });

  describe('that open', () => {
    const leaky = { mill: { oak: 0.5 } } as const;

    /** Opens and scans one text in which "oak" leaks with probability 1/2. */
    async function works(folder: string): Promise<OpenResult> {
      const result = await open(folder);
      await client.setForgetSet([fact('f', ['oak'])]);
      const { scores, failures } = await scanTexts(client, ['the mill is']);
      assert.deepEqual(failures, []);
      const leak = scores[0]?.leaks.find(({ position }) => position === 2);
      assert.ok(Math.abs((leak?.tokenMass ?? 0) - 0.5) < 1e-3, `tokenMass ${leak?.tokenMass}`);
      return result;
    }

    it('every operator set from 11 on', async () => {
      for (const opset of [11, 12, 13, 17, 21]) {
        const result = await works(modelFolder({ model: bigramGraph(logWeights(leaky)).finish(opset) }));
        assert.equal(result.models.teacher.opset, opset);
      }
    });

    it('float16 logits', async () => {
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, ['batch', 'sequence'])
        .floats('W', [V, V], logWeights(leaky))
        .node('Gather', ['W', 'input_ids'], 'wide')
        .node('Cast', ['wide'], 'logits', { to: elementType.float16 })
        .output('logits', elementType.float16, ['batch', 'sequence', V]);
      assert.equal((await works(modelFolder({ model: graph.finish() }))).models.teacher.dtype, 'float16');
    });

    it('more logits than tokens, with a notice', async () => {
      const wide = V + 3;
      const padded = new Float32Array(wide * wide).fill(-50);
      const narrow = logWeights(leaky);
      for (let row = 0; row < V; row++) {
        padded.set(narrow.subarray(row * V, row * V + V), row * wide);
      }
      const result = await works(modelFolder({ model: bigramGraph(padded, wide).finish() }));
      assert.ok(result.notices.some((notice) => /16 logits for 13 tokens; the rest is padding/.test(notice)));
      assert.equal(result.models.teacher.tokenizerVocabulary, V);
    });

    it('a cache, masks, positions and switches among the inputs', async () => {
      const graph = bigramGraph(logWeights(leaky))
        .input('attention_mask', elementType.int64, ['batch', 'sequence'])
        .input('position_ids', elementType.int64, ['batch', 'sequence'])
        .input('past_key_values.0.key', elementType.float32, ['batch', 2, 'past', 4])
        .input('past_key_values.0.value', elementType.float16, ['batch', 'heads', 'past', 'size'])
        .input('use_cache_branch', elementType.bool, [1])
        .input('num_logits_to_keep', elementType.int64, []);
      const config = { num_attention_heads: 4, num_key_value_heads: 2, hidden_size: 32, n_positions: 50 };
      const result = await works(modelFolder({ model: graph.finish(), config }));
      assert.equal(result.models.teacher.context, 50);
    });

    it('onnx/model.onnx, before a quantised one', async () => {
      const folder = modelFolder({ model: bigramGraph(logWeights(leaky)).finish() });
      mkdirSync(join(folder, 'onnx'));
      renameSync(join(folder, 'model.onnx'), join(folder, 'onnx', 'model.onnx'));
      writeFileSync(join(folder, 'onnx', 'model_quantized.onnx'), 'not this one');
      assert.equal((await works(folder)).models.teacher.file, join('onnx', 'model.onnx'));
    });

    it('external weights beside the model, and behind symbolic links as in the Hugging Face cache', async () => {
      const bytes = Buffer.from(Float32Array.from(logWeights(leaky)).buffer);
      const graph = new GraphBuilder()
        .input('input_ids', elementType.int64, ['batch', 'sequence'])
        .externalFloats('W', [V, V], 'model.onnx_data', bytes.length)
        .node('Gather', ['W', 'input_ids'], 'logits')
        .output('logits', elementType.float32, ['batch', 'sequence', V])
        .finish();
      const plain = modelFolder({ model: graph });
      writeFileSync(join(plain, 'model.onnx_data'), bytes);
      const beside = await works(plain);
      assert.equal(beside.models.teacher.bytes, graph.length + bytes.length);

      const cache = temporaryFolder();
      mkdirSync(join(cache, 'blobs'));
      writeFileSync(join(cache, 'blobs', '0a1b2c'), bytes);
      writeFileSync(join(cache, 'blobs', 'ffee'), graph);
      const snapshot = modelFolder({ model: null }, join(cache, 'snapshots', 'main'));
      symlinkSync('../../blobs/0a1b2c', join(snapshot, 'model.onnx_data'));
      symlinkSync('../../blobs/ffee', join(snapshot, 'model.onnx'));
      const linked = await works(snapshot);
      assert.equal(linked.models.teacher.hash, beside.models.teacher.hash);
    });

    it('tell their hashes apart by weights, tokenizer and configuration', async () => {
      const hash = async (parts: FolderParts) => (await open(modelFolder(parts))).models.teacher.hash;
      const hashes = [
        await hash({}),
        await hash({ model: bigramGraph(logWeights(leaky)).finish() }),
        await hash({ config: { max_position_embeddings: 65 } }),
        await hash({ tokenizerConfig: { add_bos_token: false } }),
        await hash({ tokenizer: { ...wordTokenizer, truncation: {} } }),
      ];
      assert.equal(new Set(hashes).size, hashes.length);
      assert.equal(await hash({}), hashes[0]);
      assert.match(hashes[0] ?? '', /^[0-9a-f]{64}$/);
    });

    it('without config.json, with a notice', async () => {
      const result = await works(modelFolder({ model: bigramGraph(logWeights(leaky)).finish(), config: null }));
      assert.ok(result.notices.some((notice) => /does not say how long/.test(notice)));
    });
  });

  describe('with values that are no numbers', () => {
    const text = 'the mill is in';

    async function failure(bad: number, row: (typeof WORDS)[number], facts = [fact('f', ['oak'])]) {
      const broken = logWeights({});
      broken[(WORDS.indexOf(row) + 1) * V] = bad;
      await open(modelFolder({ model: bigramGraph(broken).finish() }));
      await client.setForgetSet(facts);
      return scanTexts(client, [text, 'a . a']);
    }

    it('fail the records that meet them and score the others', async () => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const { scores, failures } = await failure(bad, 'mill');
        assert.match(failures[0] ?? '', /teacher returned values that are not numbers/);
        assert.equal(scores[0], undefined);
        assert.ok((scores[1]?.leaks.length ?? 0) > 0);
      }
    });

    it('take minus infinity for a token that is ruled out', async () => {
      const { scores, failures } = await failure(Number.NEGATIVE_INFINITY, 'mill');
      assert.deepEqual(failures, []);
      const leak = scores[0]?.leaks.find(({ position }) => position === 2);
      assert.ok(Math.abs((leak?.tokenMass ?? 0) - 1 / (V - 1)) < 1e-6);
    });

    it('fail while an answer is completed, too', async () => {
      const { failures } = await failure(Number.NaN, 'hill', [fact('f', ['hill oak'], ['mill'])]);
      assert.match(failures[0] ?? '', /not numbers/);
    });

    it('fail a look at the position', async () => {
      await failure(Number.NaN, 'mill');
      const look = client.inspect({ text, at: { position: 2 }, temperature: 1, topK: 5 });
      await assert.rejects(look, (error: unknown) => error instanceof SeepError && error.code === 'record');
    });
  });
});
