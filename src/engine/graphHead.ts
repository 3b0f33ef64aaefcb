import { elementType } from './onnxFile';
import { MessageWriter } from './protobuf';

/** Names of what the head adds to a model. No exporter uses the prefix. */
export const head = {
  /** int64 [N, 3]: (batch, row, token id) triples whose log-probability is wanted. */
  watch: 'seep.watch',
  /** float32 [N]: natural-log probabilities of the triples. */
  watched: 'seep.watched',
  /** float32 [batch, rows, TOP_K]: the highest log-probabilities of every row, falling. */
  topLogprobs: 'seep.top_logprobs',
  /** int32 [batch, rows, TOP_K]: their token ids. */
  topIds: 'seep.top_ids',
  /** int64 [P, 2]: (batch, row) pairs whose whole logits are wanted. */
  rowsAt: 'seep.rows_at',
  /** float32 [P, vocabulary]: their logits. */
  rows: 'seep.rows',
} as const;

/** Length of the top list that every run returns; a rank within it needs no second run. */
export const TOP_K = 32;

/** GatherND (11) and TopK with a sorted list (11) are the newest operators that the head needs. */
export const OLDEST_OPSET = 11;

/**
 * The bytes to append to a model so that probabilities are reduced inside the runtime and logits need not leave it.
 * Protobuf merges concatenated messages, so model + head is the model with these nodes, inputs and outputs added.
 *
 * LogSoftmax in float32 is exact to 4e-7 nats; before opset 13 it flattens at `axis`, which is the same for the last one.
 *
 * @param logits name of the model's output of shape [batch, rows, vocabulary]
 */
export function headBytes(logits: string, logitsType: number, topK: number): Uint8Array {
  const graph = new MessageWriter();
  let scores = logits;
  if (logitsType !== elementType.float) {
    scores = 'seep.logits';
    graph.message(1, node('Cast', [logits], [scores]).message(5, intAttribute('to', elementType.float)));
  }
  graph
    .message(1, node('LogSoftmax', [scores], ['seep.logprobs']).message(5, intAttribute('axis', 2)))
    .message(1, node('GatherND', ['seep.logprobs', head.watch], [head.watched]))
    .message(
      1,
      node('TopK', ['seep.logprobs', 'seep.k'], [head.topLogprobs, 'seep.top_ids64']).message(
        5,
        intAttribute('axis', 2),
      ),
    )
    .message(1, node('Cast', ['seep.top_ids64'], [head.topIds]).message(5, intAttribute('to', elementType.int32)))
    .message(1, node('GatherND', [scores, head.rowsAt], [head.rows]))
    .message(5, new MessageWriter().int(1, 1).int(2, elementType.int64).int(7, topK).string(8, 'seep.k'))
    .message(11, slot(head.watch, elementType.int64, ['seep.n', 3]))
    .message(11, slot(head.rowsAt, elementType.int64, ['seep.p', 2]))
    .message(12, slot(head.watched, elementType.float, ['seep.n']))
    .message(12, slot(head.topLogprobs, elementType.float, ['seep.b', 'seep.t', topK]))
    .message(12, slot(head.topIds, elementType.int32, ['seep.b', 'seep.t', topK]))
    .message(12, slot(head.rows, elementType.float, ['seep.p', 'seep.v']));
  return new MessageWriter().message(7, graph).finish();
}

/** NodeProto; its name is made from its first output so that it is unique. */
function node(operator: string, inputs: readonly string[], outputs: readonly string[]): MessageWriter {
  const writer = new MessageWriter();
  for (const name of inputs) {
    writer.string(1, name);
  }
  for (const name of outputs) {
    writer.string(2, name);
  }
  return writer.string(3, `${outputs[0]}/${operator}`).string(4, operator);
}

/** AttributeProto of type INT. */
function intAttribute(name: string, value: number): MessageWriter {
  return new MessageWriter().string(1, name).int(3, value).int(20, 2);
}

/** ValueInfoProto of a tensor; strings stand for open sizes. */
function slot(name: string, type: number, dims: readonly (number | string)[]): MessageWriter {
  const shape = new MessageWriter();
  for (const dim of dims) {
    shape.message(1, typeof dim === 'number' ? new MessageWriter().int(1, dim) : new MessageWriter().string(2, dim));
  }
  const tensor = new MessageWriter().int(1, type).message(2, shape);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensor));
}
