import { Tensor } from 'onnxruntime-node';
import { emptyPast, zeroState } from './emptyState';
import { headInput } from './graphHead';
import type { ModelConfig } from './modelFolder';
import { elementType, type TensorSlot } from './onnxFile';
import { NO_CLASSES, type TokenClasses } from './tokenClasses';

/**
 * The tensor for one of a model's own inputs; null when Seep does not know how to fill it.
 * @param sequences token ids, each padded on the right to `length`; a causal model does not see the padding
 */
export function fillInput(
  slot: TensorSlot,
  sequences: readonly (readonly number[])[],
  length: number,
  config: ModelConfig,
): Tensor | null {
  const batch = sequences.length;
  const grid = (value: (sequence: readonly number[], i: number) => number): Tensor | null => {
    const data = new Int32Array(batch * length);
    sequences.forEach((sequence, b) => {
      for (let i = 0; i < length; i++) {
        data[b * length + i] = value(sequence, i);
      }
    });
    return numbers(slot.elementType, data, [batch, length]);
  };
  const places = Int32Array.from({ length }, (_, i) => i);
  switch (slot.name) {
    case 'input_ids':
      return grid((sequence, i) => sequence[i] ?? 0);
    case 'attention_mask':
      return grid((sequence, i) => (i < sequence.length ? 1 : 0));
    case 'position_ids':
      // Models that also read images count in three directions; for text these are the same.
      return slot.dims.length === 3 ? alike(slot, places, batch) : grid((_, i) => i);
    case 'cache_position':
      return numbers(slot.elementType, places, [length]);
    case 'token_type_ids':
      return grid(() => 0);
    case 'use_cache_branch':
      return new Tensor('bool', [false], slot.dims.length === 0 ? [] : [1]);
    case 'num_logits_to_keep':
    case 'logits_to_keep':
      // 0 stands for all of them.
      return new Tensor('int64', [0n], slot.dims.length === 0 ? [] : [1]);
    default:
      if (STATE.test(slot.name)) {
        return zeroState(slot, batch);
      }
      return PAST.test(slot.name) ? emptyPast(slot, batch, config) : null;
  }
}

/** State of convolutional and state-space layers: as transformers.js and Optimum name it. */
const STATE = /^(past_(conv|ssm|recurrent)|cache_params\.past\.(conv|ssm|recurrent))\b/;
const PAST = /^past(_key_values)?[._]/;

/** The same row of numbers for each text, in each direction. */
function alike(slot: TensorSlot, row: Int32Array, batch: number): Tensor | null {
  const [directions] = slot.dims;
  const count = (typeof directions === 'number' ? directions : 3) * batch;
  const data = new Int32Array(count * row.length);
  for (let i = 0; i < count; i++) {
    data.set(row, i * row.length);
  }
  return numbers(slot.elementType, data, [count / batch, batch, row.length]);
}

/** Non-negative integers in the type that an input wants; null for one that nothing is known to want. */
function numbers(type: number, data: Int32Array, dims: readonly number[]): Tensor | null {
  switch (type) {
    case elementType.int64:
      return new Tensor('int64', toInt64(data), dims);
    case elementType.int32:
      return new Tensor('int32', data, dims);
    case elementType.float32:
      return new Tensor('float32', Float32Array.from(data), dims);
    case elementType.bool:
      return new Tensor('bool', Uint8Array.from(data), dims);
    default:
      return null;
  }
}

/** What is asked of the scoring head, flat; see {@link headInput} for shapes. What is left out asks for nothing. */
export interface HeadQuestions {
  readonly rows?: Int32Array;
  readonly picks?: Int32Array;
  /** Length of a row's list of likeliest tokens. */
  readonly k?: number;
  readonly listRows?: Int32Array;
  /** By pick; left out, no pick asks for a list. */
  readonly bars?: Float32Array | undefined;
  readonly rankRows?: Int32Array;
  readonly rankIds?: Int32Array;
  readonly warmRows?: Int32Array;
  readonly warmPicks?: Int32Array;
  readonly classRows?: Int32Array;
  readonly warmClassRows?: Int32Array;
  readonly classes?: TokenClasses | null | undefined;
  /** 1 unless given. */
  readonly temperature?: number | undefined;
}

/** The tensors for all inputs of the scoring head. */
export function headFeeds(asked: HeadQuestions): Record<string, Tensor> {
  const none = new Int32Array();
  const table = (width: number, values: Int32Array = none) =>
    new Tensor('int64', toInt64(values), [values.length / width, width]);
  const list = (values: Int32Array = none) => new Tensor('int64', toInt64(values), [values.length]);
  const floats = (values: Float32Array) => new Tensor('float32', values, [values.length]);
  const classes = asked.classes ?? NO_CLASSES;
  return {
    [headInput.rows]: table(2, asked.rows),
    [headInput.picks]: table(2, asked.picks),
    [headInput.k]: list(Int32Array.of(asked.k ?? 0)),
    [headInput.listRows]: list(asked.listRows),
    [headInput.bars]: floats(asked.bars ?? Float32Array.of(Number.POSITIVE_INFINITY)),
    [headInput.rankRows]: list(asked.rankRows),
    [headInput.rankIds]: table(1, asked.rankIds),
    [headInput.warmRows]: list(asked.warmRows),
    [headInput.warmPicks]: table(2, asked.warmPicks),
    [headInput.warmth]: floats(Float32Array.of(1 / (asked.temperature ?? 1))),
    [headInput.classRows]: list(asked.classRows),
    [headInput.warmClassRows]: list(asked.warmClassRows),
    [headInput.classIds]: list(classes.ids),
    [headInput.classMatrix]: new Tensor('float32', classes.matrix, [classes.ids.length, classes.count]),
  };
}

/** Non-negative integers as int64; writing the low words is much faster than making a BigInt of each. */
function toInt64(values: Int32Array): BigInt64Array {
  const wide = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    wide[2 * i + LOW_WORD] = values[i] ?? 0;
  }
  return new BigInt64Array(wide.buffer);
}

/** The other way round, for numbers that fit. */
export function fromInt64(values: BigInt64Array): Int32Array {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const narrow = new Int32Array(values.length);
  for (let i = 0; i < narrow.length; i++) {
    narrow[i] = words[2 * i + LOW_WORD] ?? 0;
  }
  return narrow;
}

const LOW_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
