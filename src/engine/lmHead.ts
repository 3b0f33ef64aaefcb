import { ONNX } from './onnxFile';
import { contentOf, type Field, fields, hide, rewrite, textOf, textsOf } from './protobuf';

/** A field number that GraphProto reserves and never uses. */
const UNUSED_FIELD = 6;
/** What the head's tensors are called once they are computed for chosen rows. */
const PREFIX = 'seep_lm_head';
/** Operators that treat every number of a tensor alike. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Mul', 'Div', 'Tanh', 'Cast', 'Identity']);
/** Operators that make one table of weights of another. */
const OF_WEIGHTS = new Set(['Transpose', 'Cast', 'Identity', 'DequantizeLinear']);
/** Such operators one behind the other. */
const LONGEST_CHAIN = 8;

/** A language-model head that was taken out of its model, to be computed for chosen rows only. */
export interface LmHead {
  /** The model's tensor of hidden states, [batch, time, width]. */
  readonly hidden: string;
  /** NodeProto messages that turn a table of hidden states, [n, width], into one of logits, [n, V]. */
  readonly nodes: readonly Uint8Array[];
  /** What the first of them reads. */
  readonly input: string;
  /** What the last of them gives. */
  readonly output: string;
}

/**
 * Takes the head out of a model's bytes, in place and without moving any: the product with the vocabulary's weights and what follows it
 * one number at a time (a bias, a scale, soft capping, a cast). In a model of GPT-2's size it is a third of the work, and most
 * passes look at few rows. The runtime computes all of a graph, whatever outputs are asked for, so the head must leave it.
 * @param logits the model's output that holds them
 * @returns null, the model being as it was, where logits come about in another way (in a branch, as a product of quantised activations)
 * or something else uses what the head computes
 */
export function takeLmHead(model: Uint8Array, logits: string): LmHead | null {
  const parts = readGraph(model);
  const taken: Node[] = [];
  let name = logits;
  do {
    const node = parts.nodes.get(name);
    const input = node && readsRows(node, parts);
    if (node === undefined || input === undefined || node.outputs.length !== 1 || parts.uses.get(name) !== 1) {
      return null;
    }
    taken.unshift(node);
    name = input;
  } while (taken[0] !== undefined && ELEMENTWISE.has(taken[0].operator));

  const [output] = parts.outputs.get(logits) ?? [];
  if (output === undefined || !hide([output, ...taken.map(({ field }) => field)], UNUSED_FIELD)) {
    return null;
  }
  const input = `${PREFIX}_rows`;
  const names = new Map([
    [name, input],
    ...taken.map(({ outputs: [own = ''] }, i) => [own, `${PREFIX}_${i}`] as const),
  ]);
  return {
    hidden: name,
    nodes: taken.map(({ field }, i) => renamed(field.bytes, names, `${PREFIX}_${i}`)),
    input,
    output: `${PREFIX}_${taken.length - 1}`,
  };
}

/** A NodeProto. */
interface Node {
  readonly field: Field;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface Parts {
  /** By what they give. */
  readonly nodes: ReadonlyMap<string, Node>;
  readonly outputs: ReadonlyMap<string, readonly Field[]>;
  /** Number of axes of each initializer. */
  readonly ranks: ReadonlyMap<string, number>;
  /** How often a tensor is read, by nodes, by graphs inside nodes, or as an output. */
  readonly uses: ReadonlyMap<string, number>;
}

function readGraph(model: Uint8Array): Parts {
  const nodes = new Map<string, Node>();
  const outputs = new Map<string, Field[]>();
  const ranks = new Map<string, number>();
  const uses = new Map<string, number>();
  // A message may come in pieces, which stand for one.
  const graphs = [...fields(model)].filter(({ number }) => number === ONNX.model.graph).map(({ bytes }) => bytes);
  for (const field of graphs.flatMap((graph) => [...fields(graph)])) {
    if (field.number === ONNX.graph.node) {
      const node = {
        field,
        operator: textOf(field.bytes, ONNX.node.opType),
        inputs: textsOf(field.bytes, ONNX.node.input),
        outputs: textsOf(field.bytes, ONNX.node.output),
      };
      for (const name of node.outputs) {
        nodes.set(name, node);
      }
    } else if (field.number === ONNX.graph.output) {
      const name = textOf(field.bytes, ONNX.valueInfo.name);
      outputs.set(name, [...(outputs.get(name) ?? []), field]);
    } else if (field.number === ONNX.graph.initializer) {
      ranks.set(textOf(field.bytes, ONNX.tensor.name), rankOf(field.bytes));
    }
  }
  for (const name of graphs.flatMap((graph) => [...namesRead(graph)])) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return { nodes, outputs, ranks, uses };
}

/** Names of the tensors that a graph reads or hands out, one for each time; with the graphs inside its nodes. */
function* namesRead(graph: Uint8Array): Generator<string> {
  for (const { number, bytes } of fields(graph)) {
    if (number === ONNX.graph.output) {
      yield textOf(bytes, ONNX.valueInfo.name);
    } else if (number === ONNX.graph.node) {
      yield* textsOf(bytes, ONNX.node.input);
      for (const attribute of fields(bytes)) {
        if (attribute.number === ONNX.node.attribute) {
          yield* namesRead(contentOf(attribute.bytes, ONNX.attribute.graph));
        }
      }
    }
  }
}

/** The node's one input that has rows, where every row of what the node gives depends on the same row of that alone. */
function readsRows({ operator, inputs }: Node, parts: Parts): string | undefined {
  const [first, second] = inputs;
  if (operator === 'MatMul') {
    return second !== undefined && weightsRank(second, parts) === 2 ? first : undefined;
  }
  // Its weights are constants by definition.
  if (operator === 'MatMulNBits') {
    return first;
  }
  if (!ELEMENTWISE.has(operator) || first === undefined || second === undefined) {
    return ELEMENTWISE.has(operator) ? first : undefined;
  }
  const isFlat = (name: string) => weightsRank(name, parts) <= 1;
  return isFlat(second) ? first : isFlat(first) ? second : undefined;
}

/** Number of axes of a tensor that does not depend on the model's inputs; not a number for any other. */
function weightsRank(name: string, parts: Parts, steps = LONGEST_CHAIN): number {
  const node = parts.nodes.get(name);
  const [source] = node?.inputs ?? [];
  if (node?.operator === 'Constant') {
    const attributes = [...fields(node.field.bytes)].filter(({ number }) => number === ONNX.node.attribute);
    return Math.max(...attributes.map(({ bytes }) => rankOf(contentOf(bytes, ONNX.attribute.tensor))));
  }
  return node !== undefined && source !== undefined && steps > 0 && OF_WEIGHTS.has(node.operator)
    ? weightsRank(source, parts, steps - 1)
    : (parts.ranks.get(name) ?? Number.NaN);
}

/** Number of axes of a TensorProto. */
function rankOf(tensor: Uint8Array): number {
  let rank = 0;
  for (const { number, bytes } of fields(tensor)) {
    if (number === ONNX.tensor.dims) {
      // Some writers pack them into one field: each number ends with the byte whose highest bit is not set.
      rank += bytes.length === 0 ? 1 : bytes.filter((byte) => byte < 0x80).length;
    }
  }
  return rank;
}

function renamed(node: Uint8Array, names: ReadonlyMap<string, string>, nodeName: string): Uint8Array {
  const tensor = (content: Uint8Array) => {
    const name = Buffer.from(content).toString('utf8');
    return Buffer.from(names.get(name) ?? name);
  };
  return rewrite(node, {
    [ONNX.node.input]: tensor,
    [ONNX.node.output]: tensor,
    [ONNX.node.name]: () => Buffer.from(nodeName),
  });
}
