import assert from 'node:assert/strict';
import type { ModelConfig } from '../../../src/engine/modelFolder';
import { fillInput } from '../../../src/engine/modelInputs';
import { elementType, type TensorSlot } from '../../../src/engine/onnxFile';

const { float32, float16, bfloat16, int32, int64, bool } = elementType;
const config: ModelConfig = { architecture: null, context: null, cacheHeads: 4, headSize: 8 };
const unknown: ModelConfig = { ...config, cacheHeads: null, headSize: null };
/** Two texts, the second one shorter. */
const sequences = [
  [7, 8, 9],
  [5, 6],
];

function filled(name: string, type: number, dims: TensorSlot['dims'], from = config) {
  const tensor = fillInput({ name, elementType: type, dims }, sequences, 3, from);
  return tensor && { type: tensor.type, dims: tensor.dims, data: Array.from(tensor.data as ArrayLike<number>, Number) };
}

function shape(name: string, type: number, dims: TensorSlot['dims'], from = config) {
  return filled(name, type, dims, from)?.dims ?? null;
}

describe('the inputs of models', () => {
  it('tokens, padded on the right, in the type that is asked for', () => {
    const grid = ['batch', 'sequence'];
    const ids = { dims: [2, 3], data: [7, 8, 9, 5, 6, 0] };
    assert.deepEqual(filled('input_ids', int64, grid), { type: 'int64', ...ids });
    assert.deepEqual(filled('input_ids', int32, grid), { type: 'int32', ...ids });
    const mask = { dims: [2, 3], data: [1, 1, 1, 1, 1, 0] };
    assert.deepEqual(filled('attention_mask', int64, grid), { type: 'int64', ...mask });
    assert.deepEqual(filled('attention_mask', float32, grid), { type: 'float32', ...mask });
    assert.deepEqual(filled('attention_mask', bool, grid), { type: 'bool', ...mask });
    assert.equal(filled('attention_mask', bfloat16, grid), null);
  });

  it('positions: of each text, of all together, in the three directions of models that also read images', () => {
    assert.deepEqual(filled('position_ids', int64, ['b', 's'])?.data, [0, 1, 2, 0, 1, 2]);
    assert.deepEqual(filled('cache_position', int64, ['s']), { type: 'int64', dims: [3], data: [0, 1, 2] });
    for (const directions of [3, 'directions']) {
      const positions = filled('position_ids', int64, [directions, 'b', 's']);
      assert.deepEqual(positions?.dims, [3, 2, 3]);
      assert.deepEqual(positions?.data.slice(12), [0, 1, 2, 0, 1, 2]);
    }
  });

  it('empty caches, whatever the order of their axes', () => {
    const past = 'past_sequence_length';
    assert.deepEqual(shape('past_key_values.0.key', float32, ['batch_size', 2, past, 16]), [2, 2, 0, 16]);
    assert.deepEqual(shape('past_key_values.0.key', float16, ['', '', '', '']), [2, 4, 0, 8]);
    assert.deepEqual(shape('past_key_values.0.key', float32, ['batch_size', 2, 16, past]), [2, 2, 16, 0]);
    // Where all heads share one cache.
    assert.deepEqual(shape('past_key_values.0.key_value', float32, ['batch_size', past, 32]), [2, 0, 32]);
    // BLOOM's older exports.
    assert.deepEqual(shape('past_key_values.0.key', float32, ['batch_size x num_heads', 16, past]), [8, 16, 0]);
    assert.deepEqual(shape('past_key_values.0.value', float32, ['batch_size x num_heads', past, 16]), [8, 0, 16]);
    // onnxruntime's own conversion of GPT-2.
    assert.deepEqual(shape('past_0', float32, [2, 'batch_size', 4, 'past_seq_len', 8]), [2, 2, 4, 0, 8]);
  });

  it('no cache of a fixed length, of an unknown size or in bfloat16', () => {
    assert.equal(shape('past_key_values.0.key', float32, ['batch_size', 2, 128, 16]), null);
    assert.equal(shape('past_key_values.0.key', float32, ['b', 'heads', 'past', 16], unknown), null);
    assert.equal(shape('past_key_values.0.key', float32, ['batch x heads', 16, 'past'], unknown), null);
    assert.equal(shape('past_key_values.0.key', bfloat16, ['b', 2, 'past', 16]), null);
  });

  it('states of convolutions and recurrences: zeros', () => {
    assert.deepEqual(filled('past_conv.0', float32, ['batch_size', 3, 2]), {
      type: 'float32',
      dims: [2, 3, 2],
      data: Array.from({ length: 12 }, () => 0),
    });
    assert.deepEqual(shape('past_ssm.1', float16, ['batch_size', 4, 2, 8]), [2, 4, 2, 8]);
    assert.deepEqual(shape('past_recurrent.0', float32, ['', 4, 2, 8]), [2, 4, 2, 8]);
    assert.deepEqual(shape('cache_params.past.conv.0', float32, ['batch_size', 3, 2]), [2, 3, 2]);
  });

  it('no state of an open or an outrageous size', () => {
    assert.equal(shape('past_conv.0', float32, ['batch_size', 'width', 2]), null);
    assert.equal(shape('past_ssm.0', float32, ['batch_size', 1 << 20, 1 << 20]), null);
    assert.equal(shape('past_ssm.0', float32, [2, 4, 4]), null);
  });

  it('nothing that has another name', () => {
    assert.equal(shape('encoder_hidden_states', float32, ['batch', 'n', 8]), null);
    assert.equal(shape('pasture', float32, ['batch', 2, 'past', 8]), null);
  });
});
