import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensorHead } from '../../src/engine/graphBuilder';
import { elementType, ONNX } from '../../src/engine/onnxFile';
import { MessageWriter } from '../../src/engine/protobuf';
import { GPT2, gpt2Graph, gpt2Weights, type Weight } from './gpt2Graph';
import { tokenizerJson } from './syllables';

/** Where each weight's values stand in model.onnx, for readers that know nothing of ONNX. */
export const WEIGHTS_INDEX = 'weights.json';

/** Writes a GPT-2 with random weights as exporters would: model.onnx, config.json and tokenizer files. */
export function writeGpt2(folder: string, seed: number): void {
  mkdirSync(folder, { recursive: true });
  const config = {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    activation_function: 'gelu_new',
    n_layer: GPT2.layers,
    n_embd: GPT2.width,
    n_head: GPT2.heads,
    n_positions: GPT2.context,
    vocab_size: GPT2.vocabulary,
    bos_token_id: GPT2.vocabulary - 1,
    eos_token_id: GPT2.vocabulary - 1,
    tie_word_embeddings: true,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerJson()));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'GPT2Tokenizer' }));

  const random = xorshift(seed);
  const index: Record<string, { offset: number; dims: readonly number[] }> = {};
  const file = openSync(join(folder, 'model.onnx'), 'w');
  try {
    let at = 0;
    const write = (bytes: Uint8Array) => {
      writeFileSync(file, bytes);
      at += bytes.length;
    };
    write(gpt2Graph());
    for (const weight of gpt2Weights()) {
      const raw = new Uint8Array(valuesOf(weight, random).buffer);
      // Messages that stand one behind the other are one message, so each weight is a small model that adds to the graph.
      const tensor = tensorHead(weight.name, weight.dims, elementType.float32).bytes(ONNX.tensor.rawData, raw);
      const graph = new MessageWriter().message(ONNX.graph.initializer, tensor);
      write(new MessageWriter().message(ONNX.model.graph, graph).finish());
      index[weight.name] = { offset: at - raw.length, dims: weight.dims };
    }
  } finally {
    closeSync(file);
  }
  writeFileSync(join(folder, WEIGHTS_INDEX), JSON.stringify(index));
}

function valuesOf({ dims, center, deviation }: Weight, random: () => number): Float32Array {
  const values = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  const width = deviation * Math.sqrt(12);
  for (let i = 0; i < values.length; i++) {
    values[i] = deviation === 0 ? center : center + width * (random() - 0.5);
  }
  return values;
}

/** Even random numbers from 0 to 1, the same ones for the same seed. */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
