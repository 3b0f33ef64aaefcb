import { GraphBuilder } from './graphBuilder';
import type { LmHead } from './lmHead';
import { elementType } from './onnxFile';

/** Oldest operator set that has GatherND, Unique and TopK with k as an input. */
export const MIN_OPSET = 11;

/**
 * Inputs that the head adds to a model. V is the vocabulary; every count may be 0.
 *
 * | input    | type    | shape  | holds |
 * |----------|---------|--------|-------|
 * | rows     | int64   | [P, 2] | (batch, time) of the positions that are looked at |
 * | picks    | int64   | [N, 2] | (row, token): which log-probabilities are wanted; `row` counts along `rows` |
 * | k        | int64   | [1]    | length of a row's list of likeliest tokens |
 * | listRows | int64   | [L]    | rows whose lists are wanted, whatever they hold |
 * | bars     | float32 | [N] or [1] | by pick: a list is also wanted of the rows in which a pick is likelier than that |
 * | rankRows | int64   | [R]    | row of each wanted rank |
 * | rankIds  | int64   | [R, 1] | token of each wanted rank |
 * | warmRows | int64   | [W]    | rows that are wanted at another temperature |
 * | warmPicks| int64   | [M, 2] | (index into warmRows, token) |
 * | warmth   | float32 | [1]    | 1 / temperature |
 * | classRows | int64  | [C]    | rows whose classes of tokens are wanted |
 * | warmClassRows | int64 | [D] | indices into warmRows of those wanted at the other temperature too |
 * | classIds | int64   | [U]    | every token that is in some class |
 * | classMatrix | float32 | [U, K] | 1 where the token is in the class, else 0 |
 */
export const headInput = {
  rows: 'seep_rows',
  picks: 'seep_picks',
  k: 'seep_k',
  listRows: 'seep_list_rows',
  bars: 'seep_bars',
  rankRows: 'seep_rank_rows',
  rankIds: 'seep_rank_ids',
  warmRows: 'seep_warm_rows',
  warmPicks: 'seep_warm_picks',
  warmth: 'seep_warmth',
  classRows: 'seep_class_rows',
  warmClassRows: 'seep_warm_class_rows',
  classIds: 'seep_class_ids',
  classMatrix: 'seep_class_matrix',
} as const;

/**
 * Outputs that the head adds; log-probabilities are natural logarithms in float32.
 *
 * | output   | type    | shape  | holds |
 * |----------|---------|--------|-------|
 * | shape    | int64   | [3]    | of what `rows` index: the logits, or without V the hidden states |
 * | logprobs | float32 | [P, V] | the rows, whole: only for inspection, copying them costs more than the model |
 * | picked   | float32 | [N]    | log-probability of each pick |
 * | listed   | int64   | [T]    | the rows that lists are given of, rising |
 * | top      | float32 | [T, k] | their largest log-probabilities, falling |
 * | topIds   | int64   | [T, k] | and the tokens |
 * | above    | float32 | [R]    | number of tokens strictly likelier than the asked one |
 * | warm     | float32 | [M]    | log-probability of each warm pick at the other temperature |
 * | classes  | float32 | [C, K] | total probability of each class (not its logarithm) |
 * | warmClasses | float32 | [D, K] | the same at the other temperature |
 */
export const headOutput = {
  shape: 'seep_shape',
  logprobs: 'seep_logprobs',
  picked: 'seep_picked',
  listed: 'seep_listed',
  top: 'seep_top',
  topIds: 'seep_top_ids',
  above: 'seep_above',
  warm: 'seep_warm',
  classes: 'seep_classes',
  warmClasses: 'seep_warm_classes',
} as const;

/** Where rows of logits come from: the name of the model's output, or the head that was taken out of the model. */
export type LogitSource = string | LmHead;

/**
 * Nodes that reduce the logits inside the runtime, as the bytes of a ModelProto that holds nothing else. Protobuf merges
 * messages that stand one behind the other, so a model's bytes followed by these *are* the model with the head; the weights
 * are never decoded.
 *
 * Only the rows that are asked for go through the language-model head, Cast and LogSoftmax, the last in float32 whatever the model computes in.
 * On two-dimensional rows LogSoftmax with axis 1 means the same in every opset; GatherND and Unique need opset 11.
 */
export function graphHead(source: LogitSource, opset: number): Uint8Array {
  if (opset < MIN_OPSET) {
    throw new RangeError(`opset ${opset} lacks GatherND and Unique`);
  }
  const graph = new GraphBuilder();
  const { rows, picks, k, listRows, bars, rankRows, rankIds, warmRows, warmPicks, warmth } = headInput;
  const { classRows, warmClassRows, classIds, classMatrix } = headInput;
  const { shape, logprobs, picked, listed, top, topIds, above, warm, classes, warmClasses } = headOutput;

  const isWhole = typeof source === 'string';
  const indexed = isWhole ? source : source.hidden;
  graph.node('Shape', [indexed], shape);
  graph.node('GatherND', [indexed, rows], isWhole ? 'seep_raw_rows' : source.input);
  graph.rawNodes(isWhole ? [] : source.nodes);
  graph.node('Cast', [isWhole ? 'seep_raw_rows' : source.output], 'seep_float_rows', { to: elementType.float32 });
  graph.node('LogSoftmax', ['seep_float_rows'], logprobs, { axis: 1 });

  graph.node('GatherND', [logprobs, picks], picked);

  // Sorting out a row's likeliest tokens costs more than its softmax, and hardly any row holds a leak.
  graph.int64s('seep_first', [], [0]);
  graph.int64s('seep_flat', [1], [-1]);
  graph.node('Greater', [picked, bars], 'seep_is_high');
  graph.node('NonZero', ['seep_is_high'], 'seep_high_table');
  graph.node('Reshape', ['seep_high_table', 'seep_flat'], 'seep_high');
  graph.node('Gather', [picks, 'seep_high'], 'seep_high_picks', { axis: 0 });
  graph.node('Gather', ['seep_high_picks', 'seep_first'], 'seep_high_rows', { axis: 1 });
  graph.node('Concat', [listRows, 'seep_high_rows'], 'seep_wanted_rows', { axis: 0 });
  graph.node('Unique', ['seep_wanted_rows'], listed);
  graph.node('Gather', [logprobs, listed], 'seep_listed_rows', { axis: 0 });
  graph.node('TopK', ['seep_listed_rows', k], [top, topIds], { axis: 1 });

  // How many tokens beat the asked one: compared within one run, so that rounding in another batch cannot shift a rank.
  graph.node('Gather', [logprobs, rankRows], 'seep_ranked_rows', { axis: 0 });
  graph.node('GatherElements', ['seep_ranked_rows', rankIds], 'seep_ranked', { axis: 1 });
  graph.node('Greater', ['seep_ranked_rows', 'seep_ranked'], 'seep_likelier');
  graph.node('Cast', ['seep_likelier'], 'seep_likelier_float', { to: elementType.float32 });
  if (opset >= 13) {
    graph.int64s('seep_last_axis', [1], [1]);
    graph.node('ReduceSum', ['seep_likelier_float', 'seep_last_axis'], above, { keepdims: 0 });
  } else {
    graph.node('ReduceSum', ['seep_likelier_float'], above, { axes: [1], keepdims: 0 });
  }

  graph.node('Gather', [logprobs, warmRows], 'seep_cold_rows', { axis: 0 });
  graph.node('Mul', ['seep_cold_rows', warmth], 'seep_scaled_rows');
  graph.node('LogSoftmax', ['seep_scaled_rows'], 'seep_warm_logprobs', { axis: 1 });
  graph.node('GatherND', ['seep_warm_logprobs', warmPicks], warm);

  // Only the classes' own tokens are exponentiated; multiplying by zeros and ones adds them up.
  const classTotals = (name: string, source: string, wanted: string, total: string) => {
    graph.node('Gather', [source, wanted], `seep_${name}_rows`, { axis: 0 });
    graph.node('Gather', [`seep_${name}_rows`, classIds], `seep_${name}_logprobs`, { axis: 1 });
    graph.node('Exp', [`seep_${name}_logprobs`], `seep_${name}_probabilities`);
    graph.node('MatMul', [`seep_${name}_probabilities`, classMatrix], total);
  };
  classTotals('member', logprobs, classRows, classes);
  classTotals('warm_member', 'seep_warm_logprobs', warmClassRows, warmClasses);

  graph.input(rows, elementType.int64, ['seep_P', 2]);
  graph.input(picks, elementType.int64, ['seep_N', 2]);
  graph.input(k, elementType.int64, [1]);
  graph.input(listRows, elementType.int64, ['seep_L']);
  graph.input(bars, elementType.float32, ['seep_B']);
  graph.input(rankRows, elementType.int64, ['seep_R']);
  graph.input(rankIds, elementType.int64, ['seep_R', 1]);
  graph.input(warmRows, elementType.int64, ['seep_W']);
  graph.input(warmPicks, elementType.int64, ['seep_M', 2]);
  graph.input(warmth, elementType.float32, [1]);
  graph.input(classRows, elementType.int64, ['seep_C']);
  graph.input(warmClassRows, elementType.int64, ['seep_D']);
  graph.input(classIds, elementType.int64, ['seep_U']);
  graph.input(classMatrix, elementType.float32, ['seep_U', 'seep_class']);

  graph.output(shape, elementType.int64, [3]);
  graph.output(logprobs, elementType.float32, ['seep_P', 'seep_V']);
  graph.output(picked, elementType.float32, ['seep_N']);
  graph.output(listed, elementType.int64, ['seep_T']);
  graph.output(top, elementType.float32, ['seep_T', 'seep_K']);
  graph.output(topIds, elementType.int64, ['seep_T', 'seep_K']);
  graph.output(above, elementType.float32, ['seep_R']);
  graph.output(warm, elementType.float32, ['seep_M']);
  graph.output(classes, elementType.float32, ['seep_C', 'seep_class']);
  graph.output(warmClasses, elementType.float32, ['seep_D', 'seep_class']);

  return graph.part();
}
