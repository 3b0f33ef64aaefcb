import { contentOf, fields, find, MessageWriter, rewrite, textOf } from './protobuf';

/** Field numbers of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), as far as Seep touches them. */
export const ONNX = {
  model: { irVersion: 1, graph: 7, opsetImport: 8 },
  opset: { domain: 1, version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5 },
  attribute: { name: 1, float: 2, integer: 3, tensor: 5, graph: 6, integers: 8, type: 20 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9, externalData: 13 },
  entry: { key: 1, value: 2 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dim: 1 },
  dim: { value: 1, param: 2 },
} as const;

/** AttributeProto.AttributeType */
export const attributeType = { float: 1, integer: 2, integers: 7 } as const;

/** TensorProto.DataType */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 } as const;

/** A graph's input or output. */
export interface TensorSlot {
  readonly name: string;
  readonly elementType: number;
  /** A number where the model fixes the size; where it is open, the name that the model gives it, which may be empty. */
  readonly dims: readonly (number | string)[];
}

export interface OnnxSummary {
  /** Version of the default operator set. */
  readonly opset: number;
  /** Without those that have a default value. */
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
  /** Files that hold weights outside the model file, as the model writes them: relative to its folder. */
  readonly externalFiles: readonly string[];
}

/**
 * Reads a model's inputs, outputs and operator set; weights are stepped over, not decoded.
 * @throws ProtobufError when the bytes are not a whole message
 */
export function summarize(model: Uint8Array): OnnxSummary {
  let opset = 0;
  const inputs: TensorSlot[] = [];
  const outputs: TensorSlot[] = [];
  const withDefault = new Set<string>();
  const externalFiles = new Set<string>();
  for (const field of fields(model)) {
    if (field.number === ONNX.model.opsetImport) {
      opset = Math.max(opset, defaultOpset(field.bytes));
    } else if (field.number === ONNX.model.graph) {
      for (const { number, bytes } of fields(field.bytes)) {
        if (number === ONNX.graph.input) {
          inputs.push(readSlot(bytes));
        } else if (number === ONNX.graph.output) {
          outputs.push(readSlot(bytes));
        } else if (number === ONNX.graph.initializer) {
          withDefault.add(textOf(bytes, ONNX.tensor.name));
        }
      }
      for (const tensor of tensorsOf(field.bytes)) {
        const location = locationOf(tensor);
        if (location !== null) {
          externalFiles.add(location);
        }
      }
    }
  }
  return {
    opset,
    inputs: inputs.filter(({ name }) => !withDefault.has(name)),
    outputs,
    externalFiles: [...externalFiles],
  };
}

function defaultOpset(bytes: Uint8Array): number {
  const domain = textOf(bytes, ONNX.opset.domain);
  return domain === '' || domain === 'ai.onnx' ? (find(bytes, ONNX.opset.version)?.integer ?? 0) : 0;
}

/** Every tensor that a graph holds: initializers, constants, and those of the branches inside its nodes. */
function* tensorsOf(graph: Uint8Array): Generator<Uint8Array> {
  for (const { number, bytes } of fields(graph)) {
    if (number === ONNX.graph.initializer) {
      yield bytes;
    } else if (number === ONNX.graph.node) {
      for (const attribute of fields(bytes)) {
        if (attribute.number !== ONNX.node.attribute) {
          continue;
        }
        for (const value of fields(attribute.bytes)) {
          if (value.number === ONNX.attribute.tensor) {
            yield value.bytes;
          } else if (value.number === ONNX.attribute.graph) {
            yield* tensorsOf(value.bytes);
          }
        }
      }
    }
  }
}

/** The file that holds a tensor's values; null where the tensor holds them itself. */
function locationOf(tensor: Uint8Array): string | null {
  for (const { number, bytes } of fields(tensor)) {
    if (number === ONNX.tensor.externalData && textOf(bytes, ONNX.entry.key) === 'location') {
      return textOf(bytes, ONNX.entry.value);
    }
  }
  return null;
}

/** The model with the files that its weights lie in renamed; everything else stays byte for byte. */
export function renameExternalFiles(model: Uint8Array, newName: (location: string) => string): Uint8Array {
  const entry = (bytes: Uint8Array) =>
    textOf(bytes, ONNX.entry.key) === 'location'
      ? new MessageWriter()
          .string(ONNX.entry.key, 'location')
          .string(ONNX.entry.value, newName(textOf(bytes, ONNX.entry.value)))
          .finish()
      : bytes;
  const tensor = (bytes: Uint8Array) => rewrite(bytes, { [ONNX.tensor.externalData]: entry });
  const attribute = (bytes: Uint8Array) =>
    rewrite(bytes, { [ONNX.attribute.tensor]: tensor, [ONNX.attribute.graph]: graph });
  const node = (bytes: Uint8Array) => rewrite(bytes, { [ONNX.node.attribute]: attribute });
  const graph = (bytes: Uint8Array): Uint8Array =>
    rewrite(bytes, { [ONNX.graph.initializer]: tensor, [ONNX.graph.node]: node });
  return rewrite(model, { [ONNX.model.graph]: graph });
}

function readSlot(bytes: Uint8Array): TensorSlot {
  const tensor = contentOf(contentOf(bytes, ONNX.valueInfo.type), ONNX.type.tensor);
  const shape = contentOf(tensor, ONNX.tensorType.shape);
  return {
    name: textOf(bytes, ONNX.valueInfo.name),
    elementType: find(tensor, ONNX.tensorType.elementType)?.integer ?? 0,
    dims: [...fields(shape)]
      .filter(({ number }) => number === ONNX.shape.dim)
      .map(({ bytes: dim }) => find(dim, ONNX.dim.value)?.integer ?? textOf(dim, ONNX.dim.param)),
  };
}
