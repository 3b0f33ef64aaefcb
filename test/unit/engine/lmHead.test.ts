import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder } from '../../../src/engine/graphBuilder';
import { takeLmHead } from '../../../src/engine/lmHead';
import { elementType, ONNX, summarize } from '../../../src/engine/onnxFile';
import { fields, MessageWriter, textOf, textsOf } from '../../../src/engine/protobuf';
import { repoRoot } from '../../repoRoot';

const fixtures = join(repoRoot, 'test/fixtures/compat');

/** Hidden states as the input, and weights for a vocabulary of three. */
function states(): GraphBuilder {
  return new GraphBuilder()
    .input('hidden', elementType.float32, ['batch', 'time', 2])
    .output('logits', elementType.float32, ['batch', 'time', 3])
    .floats('weights', [2, 3], [1, 2, 3, 4, 5, 6])
    .floats('bias', [3], [1, 2, 3]);
}

/** What is still in the model. */
function operators(model: Uint8Array): string[] {
  const graphs = [...fields(model)].filter(({ number }) => number === ONNX.model.graph);
  return graphs
    .flatMap(({ bytes }) => [...fields(bytes)])
    .filter(({ number }) => number === ONNX.graph.node)
    .map(({ bytes }) => textOf(bytes, ONNX.node.opType));
}

function assertUntouched(graph: GraphBuilder): void {
  const model = graph.finish();
  const before = Buffer.from(model);
  assert.equal(takeLmHead(model, 'logits'), null);
  assert.deepEqual(Buffer.from(model), before);
}

describe('a language-model head', () => {
  it('is taken out with all that follows it; the rest of the file stays where it is', () => {
    const graph = states()
      .node('Tanh', ['hidden'], 'normed')
      .node('Transpose', ['weights'], 'turned', { perm: [1, 0] })
      .node('Transpose', ['turned'], 'table', { perm: [1, 0] })
      .node('MatMul', ['normed', 'table'], 'products')
      .node('Add', ['bias', 'products'], 'sums')
      .node('Cast', ['sums'], 'logits', { to: elementType.float32 });
    const model = graph.finish();
    const length = model.length;
    const head = takeLmHead(model, 'logits');
    assert.equal(head?.hidden, 'normed');
    assert.deepEqual(
      head.nodes.map((node) => [
        textOf(node, ONNX.node.opType),
        ...textsOf(node, ONNX.node.input),
        ...textsOf(node, ONNX.node.output),
      ]),
      [
        ['MatMul', head.input, 'table', 'seep_lm_head_0'],
        ['Add', 'bias', 'seep_lm_head_0', 'seep_lm_head_1'],
        ['Cast', 'seep_lm_head_1', head.output],
      ],
    );
    assert.equal(model.length, length);
    assert.deepEqual(operators(model), ['Tanh', 'Transpose', 'Transpose']);
    assert.deepEqual(summarize(model).outputs, []);
  });

  it('stays where something else reads what it computes', () => {
    assertUntouched(
      states()
        .output('products', elementType.float32, ['batch', 'time', 3])
        .node('MatMul', ['hidden', 'weights'], 'products')
        .node('Add', ['products', 'bias'], 'logits'),
    );
    const branch = new MessageWriter().message(
      ONNX.graph.node,
      new MessageWriter().string(ONNX.node.input, 'products').string(ONNX.node.opType, 'Relu'),
    );
    const attribute = new MessageWriter().message(ONNX.attribute.graph, branch);
    const choice = new MessageWriter()
      .string(ONNX.node.output, 'other')
      .string(ONNX.node.opType, 'If')
      .message(ONNX.node.attribute, attribute);
    assertUntouched(
      states()
        .node('MatMul', ['hidden', 'weights'], 'products')
        .node('Add', ['products', 'bias'], 'logits')
        .rawNodes([choice.finish()]),
    );
  });

  it('stays where rows would not come out alike', () => {
    // One that looks at other rows, one with a factor for each row, one whose table depends on the text.
    assertUntouched(states().node('MatMul', ['hidden', 'weights'], 'products').node('Softmax', ['products'], 'logits'));
    assertUntouched(
      states()
        .floats('by row', [4, 1], [1, 2, 3, 4])
        .node('MatMul', ['hidden', 'weights'], 'products')
        .node('Mul', ['products', 'by row'], 'logits'),
    );
    assertUntouched(states().node('Relu', ['hidden'], 'table').node('MatMul', ['hidden', 'table'], 'logits'));
  });

  it('stays in a graph that goes in circles', () => {
    assertUntouched(states().node('Identity', ['logits'], 'again').node('Identity', ['again'], 'logits'));
    assertUntouched(
      states()
        .node('Cast', ['b'], 'a', { to: 1 })
        .node('Cast', ['a'], 'b', { to: 1 })
        .node('MatMul', ['hidden', 'a'], 'logits'),
    );
  });

  it('is found in every export but those with quantised activations or branches', () => {
    const folders = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const stays = folders
      .map(({ name }) => name)
      .filter((name) => takeLmHead(readFileSync(join(fixtures, name, 'model.onnx')), 'logits') === null);
    assert.ok(folders.length >= 40);
    assert.deepEqual(
      stays.filter((name) => !/int8|merged/.test(name)),
      [],
    );
  });
});
