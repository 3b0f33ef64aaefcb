import { GraphBuilder } from '../../src/engine/graphBuilder';
import { elementType } from '../../src/engine/onnxFile';

/** GPT-2 in its smallest size: 124 million weights. */
export const GPT2 = { layers: 12, width: 768, heads: 12, vocabulary: 50_257, context: 1024 } as const;

export interface Weight {
  /** As in Hugging Face's state dict. */
  readonly name: string;
  readonly dims: readonly number[];
  /** Values are drawn around `center` with this deviation. */
  readonly center: 0 | 1;
  readonly deviation: number;
}

/** Deviation of what a layer adds: little, so that the last token shows through and the head finds some tokens likelier than others. */
const RESIDUAL = 0.0005;

/** Every weight of the model, in the order of its file. The head is tied to the embedding. */
export function gpt2Weights(): Weight[] {
  const { layers, width, vocabulary, context } = GPT2;
  const random = (name: string, dims: readonly number[], deviation = 0.02): Weight => ({
    name,
    dims,
    center: 0,
    deviation,
  });
  const norm = (name: string): Weight[] => [
    { name: `${name}.weight`, dims: [width], center: 1, deviation: 0 },
    { name: `${name}.bias`, dims: [width], center: 0, deviation: 0 },
  ];
  const linear = (name: string, from: number, to: number, deviation?: number) => [
    random(`${name}.weight`, [from, to], deviation),
    random(`${name}.bias`, [to], deviation),
  ];
  return [
    random('transformer.wte.weight', [vocabulary, width]),
    random('transformer.wpe.weight', [context, width], 0.01),
    ...Array.from({ length: layers }, (_, layer) => {
      const h = `transformer.h.${layer}`;
      return [
        ...norm(`${h}.ln_1`),
        ...linear(`${h}.attn.c_attn`, width, 3 * width),
        ...linear(`${h}.attn.c_proj`, width, width, RESIDUAL),
        ...norm(`${h}.ln_2`),
        ...linear(`${h}.mlp.c_fc`, width, 4 * width),
        ...linear(`${h}.mlp.c_proj`, 4 * width, width, RESIDUAL),
      ];
    }).flat(),
    ...norm('transformer.ln_f'),
  ];
}

/** The model without its weights, with the operators that exporters write for operator set 17. */
export function gpt2Graph(): Uint8Array {
  const { layers, width, heads, vocabulary } = GPT2;
  const size = width / heads;
  const graph = new GraphBuilder()
    .input('input_ids', elementType.int64, ['batch', 'sequence'])
    .input('attention_mask', elementType.int64, ['batch', 'sequence'])
    .output('logits', elementType.float32, ['batch', 'sequence', vocabulary])
    .int64s('zero', [], [0])
    .int64s('one', [], [1])
    .int64s('axis_0', [1], [0])
    .int64s('axis_1', [1], [1])
    .int64s('axes_1_2', [2], [1, 2])
    .int64s('split_heads', [4], [0, 0, heads, size])
    .int64s('join_heads', [3], [0, 0, width])
    .floats('allowed', [], [0])
    .floats('forbidden', [], [-3.4e38])
    .floats('scale', [], [1 / Math.sqrt(size)])
    .floats('half', [], [0.5])
    .floats('unit', [], [1])
    .floats('three', [], [3])
    .floats('gelu_cubic', [], [0.044715])
    .floats('gelu_slope', [], [Math.sqrt(2 / Math.PI)])
    // Positions, and who may look at whom: what came before, and no padding.
    .node('Shape', ['input_ids'], 'shape')
    .node('Gather', ['shape', 'one'], 'length', { axis: 0 })
    .node('Range', ['zero', 'length', 'one'], 'positions')
    .node('Unsqueeze', ['positions', 'axis_0'], 'columns')
    .node('Unsqueeze', ['positions', 'axis_1'], 'rows')
    .node('LessOrEqual', ['columns', 'rows'], 'causal')
    .node('Cast', ['attention_mask'], 'is_text', { to: elementType.bool })
    .node('Unsqueeze', ['is_text', 'axes_1_2'], 'is_text_column')
    .node('And', ['causal', 'is_text_column'], 'is_visible')
    .node('Where', ['is_visible', 'allowed', 'forbidden'], 'mask')
    .node('Gather', ['transformer.wte.weight', 'input_ids'], 'tokens')
    .node('Gather', ['transformer.wpe.weight', 'positions'], 'places')
    .node('Add', ['tokens', 'places'], 'hidden_0');
  const norm = (name: string, input: string) =>
    graph.node('LayerNormalization', [input, `${name}.weight`, `${name}.bias`], name, {
      axis: 2,
      epsilon: { float: 1e-5 },
    });
  const linear = (name: string, input: string) =>
    graph
      .node('MatMul', [input, `${name}.weight`], `${name}.product`)
      .node('Add', [`${name}.product`, `${name}.bias`], name);
  for (let layer = 0; layer < layers; layer++) {
    const h = `transformer.h.${layer}`;
    const input = `hidden_${layer}`;
    norm(`${h}.ln_1`, input);
    linear(`${h}.attn.c_attn`, `${h}.ln_1`);
    graph.node('Split', [`${h}.attn.c_attn`], [`${h}.q`, `${h}.k`, `${h}.v`], { axis: 2 });
    for (const [part, perm] of [
      ['q', [0, 2, 1, 3]],
      ['k', [0, 2, 3, 1]],
      ['v', [0, 2, 1, 3]],
    ] as const) {
      graph
        .node('Reshape', [`${h}.${part}`, 'split_heads'], `${h}.${part}.split`)
        .node('Transpose', [`${h}.${part}.split`], `${h}.${part}.heads`, { perm });
    }
    graph
      .node('MatMul', [`${h}.q.heads`, `${h}.k.heads`], `${h}.products`)
      .node('Mul', [`${h}.products`, 'scale'], `${h}.scaled`)
      .node('Add', [`${h}.scaled`, 'mask'], `${h}.masked`)
      .node('Softmax', [`${h}.masked`], `${h}.attention`, { axis: 3 })
      .node('MatMul', [`${h}.attention`, `${h}.v.heads`], `${h}.mixed.heads`)
      .node('Transpose', [`${h}.mixed.heads`], `${h}.mixed.split`, { perm: [0, 2, 1, 3] })
      .node('Reshape', [`${h}.mixed.split`, 'join_heads'], `${h}.mixed`);
    linear(`${h}.attn.c_proj`, `${h}.mixed`);
    graph.node('Add', [input, `${h}.attn.c_proj`], `${h}.middle`);
    norm(`${h}.ln_2`, `${h}.middle`);
    linear(`${h}.mlp.c_fc`, `${h}.ln_2`);
    gelu(graph, `${h}.mlp.c_fc`, `${h}.mlp.act`);
    linear(`${h}.mlp.c_proj`, `${h}.mlp.act`);
    graph.node('Add', [`${h}.middle`, `${h}.mlp.c_proj`], `hidden_${layer + 1}`);
  }
  norm('transformer.ln_f', `hidden_${layers}`);
  return graph
    .node('Transpose', ['transformer.wte.weight'], 'lm_head.weight', { perm: [1, 0] })
    .node('MatMul', ['transformer.ln_f', 'lm_head.weight'], 'logits')
    .finish();
}

/** GPT-2's own approximation by tanh. */
function gelu(graph: GraphBuilder, input: string, output: string): void {
  graph
    .node('Pow', [input, 'three'], `${output}.cube`)
    .node('Mul', [`${output}.cube`, 'gelu_cubic'], `${output}.bend`)
    .node('Add', [input, `${output}.bend`], `${output}.sum`)
    .node('Mul', [`${output}.sum`, 'gelu_slope'], `${output}.argument`)
    .node('Tanh', [`${output}.argument`], `${output}.tanh`)
    .node('Add', [`${output}.tanh`, 'unit'], `${output}.gate`)
    .node('Mul', [input, 'half'], `${output}.half`)
    .node('Mul', [`${output}.half`, `${output}.gate`], output);
}
