import { Tensor } from 'onnxruntime-node';
import type { ModelConfig } from './modelFolder';
import { elementType, type TensorSlot } from './onnxFile';

/** Bytes that the state of one sequence may take: a file can ask for any size. */
const STATE_BYTES = 64 << 20;

/**
 * A cache of past keys or values that holds nothing: one axis has length 0. Exporters order the axes differently
 * ([batch, heads, 0, size], [batch * heads, size, 0], [2, batch, heads, 0, size] ...) but name those that they leave open.
 * Sizes that neither the file nor config.json tells make it null.
 */
export function emptyPast({ elementType: type, dims }: TensorSlot, batch: number, config: ModelConfig): Tensor | null {
  const named = dims.findIndex((size) => typeof size === 'string' && /past|seq|total|len/i.test(size));
  const length = named >= 0 ? named : dims.length - 2;
  const batchAxis = dims.findIndex((size) => typeof size === 'string');
  const shape = dims.map((size, axis) => {
    if (axis === length) {
      return typeof size === 'string' ? 0 : null;
    }
    if (typeof size === 'number') {
      return size;
    }
    if (axis === batchAxis) {
      return !/head/i.test(size) ? batch : config.cacheHeads === null ? null : batch * config.cacheHeads;
    }
    return axis === dims.length - 1 ? config.headSize : axis === dims.length - 3 ? config.cacheHeads : null;
  });
  return zeros(type, shape);
}

/** What the layers of state-space and convolutional models remember where nothing came before: zeros, batch first. */
export function zeroState({ elementType: type, dims }: TensorSlot, batch: number): Tensor | null {
  const [first, ...sizes] = dims;
  const bytes = 4 * sizes.reduce((product: number, size) => product * (typeof size === 'number' ? size : 1), 1);
  return typeof first === 'string' && bytes <= STATE_BYTES
    ? zeros(type, [batch, ...sizes.map((size) => (typeof size === 'number' ? size : null))])
    : null;
}

function zeros(type: number, shape: readonly (number | null)[]): Tensor | null {
  const known = shape.filter((size) => size !== null);
  if (known.length < shape.length) {
    return null;
  }
  const count = known.reduce((product, size) => product * size, 1);
  switch (type) {
    case elementType.float32:
      return new Tensor('float32', new Float32Array(count), known);
    case elementType.float16:
      return new Tensor('float16', new Uint16Array(count), known);
    default:
      return null;
  }
}
