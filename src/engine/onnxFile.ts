import { type Field, fieldsOf, text } from './protobuf';

/** Element types of ONNX tensors (onnx.proto, TensorProto.DataType) that matter here. */
export const elementType = { float: 1, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 } as const;

/** A graph's input or output. */
export interface TensorSlot {
  readonly name: string;
  readonly elementType: number;
  /** A number where the model fixes the size, null where it is open. */
  readonly dims: readonly (number | null)[];
}

export interface OnnxSummary {
  /** Version of the default operator set. */
  readonly opset: number;
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
  /** File names, relative to the model's folder, that hold weights outside the model file. */
  readonly externalFiles: readonly string[];
}

/**
 * Reads a model's inputs, outputs and operator set; weights are stepped over, not decoded.
 * Field numbers: the public onnx.proto.
 * @throws MalformedMessage when the bytes are no protobuf message
 */
export function summarize(model: Uint8Array): OnnxSummary {
  let opset = 0;
  const inputs: TensorSlot[] = [];
  const outputs: TensorSlot[] = [];
  const initializers = new Set<string>();
  const externalFiles = new Set<string>();
  for (const field of fieldsOf(model)) {
    if (field.number === 8 && field.bytes !== null) {
      opset = Math.max(opset, defaultOpset(field.bytes));
    } else if (field.number === 7 && field.bytes !== null) {
      for (const part of fieldsOf(field.bytes)) {
        if (part.number === 5) {
          readInitializer(part, initializers, externalFiles);
        } else if (part.number === 11 && part.bytes !== null) {
          inputs.push(readSlot(part.bytes));
        } else if (part.number === 12 && part.bytes !== null) {
          outputs.push(readSlot(part.bytes));
        }
      }
    }
  }
  return {
    opset,
    inputs: inputs.filter(({ name }) => !initializers.has(name)),
    outputs,
    externalFiles: [...externalFiles],
  };
}

function defaultOpset(bytes: Uint8Array): number {
  const fields = [...fieldsOf(bytes)];
  const domain = text(fields.find(({ number }) => number === 1)?.bytes ?? null);
  return domain === '' || domain === 'ai.onnx' ? (fields.find(({ number }) => number === 2)?.int ?? 0) : 0;
}

function readInitializer({ bytes }: Field, names: Set<string>, externalFiles: Set<string>): void {
  for (const field of fieldsOf(bytes ?? new Uint8Array())) {
    if (field.number === 8) {
      names.add(text(field.bytes));
    } else if (field.number === 13 && field.bytes !== null) {
      const entry = [...fieldsOf(field.bytes)];
      if (text(entry[0]?.bytes ?? null) === 'location') {
        externalFiles.add(text(entry[1]?.bytes ?? null));
      }
    }
  }
}

function readSlot(bytes: Uint8Array): TensorSlot {
  const name = text(one(bytes, 1));
  const tensor = one(one(bytes, 2), 1);
  const elementType = [...fieldsOf(tensor)].find(({ number }) => number === 1)?.int ?? 0;
  const dims = [...fieldsOf(one(tensor, 2))]
    .filter(({ number }) => number === 1)
    .map(({ bytes: dim }) => [...fieldsOf(dim ?? new Uint8Array())].find(({ number }) => number === 1)?.int ?? null);
  return { name, elementType, dims };
}

function one(bytes: Uint8Array, number: number): Uint8Array {
  for (const field of fieldsOf(bytes)) {
    if (field.number === number && field.bytes !== null) {
      return field.bytes;
    }
  }
  return new Uint8Array();
}
