import { attributeType, elementType, ONNX } from './onnxFile';
import { MessageWriter } from './protobuf';

/** A fixed size, or the name of an open one. */
export type Dim = number | string;

/** An integer, a list of integers, or a floating-point number. */
export type AttributeValue = number | readonly number[] | { readonly float: number };

/** Builds ONNX graphs, byte by byte. Nodes carry the name of their first output, which no other node has. */
export class GraphBuilder {
  readonly #graph = new MessageWriter();

  node(
    opType: string,
    inputs: readonly string[],
    outputs: string | readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): this {
    const node = new MessageWriter();
    for (const name of inputs) {
      node.string(ONNX.node.input, name);
    }
    const names = typeof outputs === 'string' ? [outputs] : outputs;
    for (const name of names) {
      node.string(ONNX.node.output, name);
    }
    node.string(ONNX.node.name, names[0] ?? '').string(ONNX.node.opType, opType);
    for (const [name, value] of Object.entries(attributes)) {
      node.message(ONNX.node.attribute, attributeMessage(name, value));
    }
    this.#graph.message(ONNX.graph.node, node);
    return this;
  }

  /** Nodes that are built already. */
  rawNodes(nodes: readonly Uint8Array[]): this {
    for (const node of nodes) {
      this.#graph.bytes(ONNX.graph.node, node);
    }
    return this;
  }

  floats(name: string, dims: readonly number[], values: ArrayLike<number>): this {
    const raw = Buffer.from(Float32Array.from(values).buffer);
    return this.#initializer(tensorHead(name, dims, elementType.float32).bytes(ONNX.tensor.rawData, raw));
  }

  int64s(name: string, dims: readonly number[], values: readonly number[]): this {
    const raw = Buffer.from(BigInt64Array.from(values, BigInt).buffer);
    return this.#initializer(tensorHead(name, dims, elementType.int64).bytes(ONNX.tensor.rawData, raw));
  }

  /** Weights in a file of their own. */
  externalFloats(name: string, dims: readonly number[], location: string, bytes: number): this {
    const tensor = tensorHead(name, dims, elementType.float32);
    for (const [key, value] of Object.entries({ location, offset: '0', length: String(bytes) })) {
      const entry = new MessageWriter().string(ONNX.entry.key, key).string(ONNX.entry.value, value);
      tensor.message(ONNX.tensor.externalData, entry);
    }
    // data_location = EXTERNAL
    return this.#initializer(tensor.integer(14, 1));
  }

  input(name: string, type: number, dims: readonly Dim[]): this {
    this.#graph.message(ONNX.graph.input, valueInfo(name, type, dims));
    return this;
  }

  output(name: string, type: number, dims: readonly Dim[]): this {
    this.#graph.message(ONNX.graph.output, valueInfo(name, type, dims));
    return this;
  }

  #initializer(tensor: MessageWriter): this {
    this.#graph.message(ONNX.graph.initializer, tensor);
    return this;
  }

  /** The graph alone, to stand behind a model's bytes: protobuf merges messages that stand one behind the other. */
  part(): Uint8Array {
    return new MessageWriter().message(ONNX.model.graph, this.#graph).finish();
  }

  /** A whole model. */
  finish(opset = 17): Uint8Array {
    return new MessageWriter()
      .integer(ONNX.model.irVersion, 8)
      .message(ONNX.model.graph, this.#graph.string(ONNX.graph.name, 'graph'))
      .message(
        ONNX.model.opsetImport,
        new MessageWriter().string(ONNX.opset.domain, '').integer(ONNX.opset.version, opset),
      )
      .finish();
  }
}

function attributeMessage(name: string, value: AttributeValue): MessageWriter {
  const attribute = new MessageWriter().string(ONNX.attribute.name, name);
  if (typeof value === 'number') {
    return attribute.integer(ONNX.attribute.integer, value).integer(ONNX.attribute.type, attributeType.integer);
  }
  if ('float' in value) {
    return attribute.float(ONNX.attribute.float, value.float).integer(ONNX.attribute.type, attributeType.float);
  }
  for (const item of value) {
    attribute.integer(ONNX.attribute.integers, item);
  }
  return attribute.integer(ONNX.attribute.type, attributeType.integers);
}

/** A tensor, all but its values. */
export function tensorHead(name: string, dims: readonly number[], type: number): MessageWriter {
  const tensor = new MessageWriter();
  for (const dim of dims) {
    tensor.integer(ONNX.tensor.dims, dim);
  }
  return tensor.integer(ONNX.tensor.dataType, type).string(ONNX.tensor.name, name);
}

function valueInfo(name: string, type: number, dims: readonly Dim[]): MessageWriter {
  const shape = new MessageWriter();
  for (const dim of dims) {
    const message = new MessageWriter();
    shape.message(
      ONNX.shape.dim,
      typeof dim === 'number' ? message.integer(ONNX.dim.value, dim) : message.string(ONNX.dim.param, dim),
    );
  }
  const tensor = new MessageWriter().integer(ONNX.tensorType.elementType, type).message(ONNX.tensorType.shape, shape);
  return new MessageWriter()
    .string(ONNX.valueInfo.name, name)
    .message(ONNX.valueInfo.type, new MessageWriter().message(ONNX.type.tensor, tensor));
}
