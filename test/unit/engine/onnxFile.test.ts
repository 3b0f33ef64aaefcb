import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { GraphBuilder } from '../../../src/engine/graphBuilder';
import { elementType, renameExternalFiles, summarize } from '../../../src/engine/onnxFile';
import { fields, MessageWriter, ProtobufError } from '../../../src/engine/protobuf';
import { bigramGraph, logWeights, V } from '../../engine/support/handMadeModels';
import { repoRoot } from '../../repoRoot';

describe('the protobuf wire format', () => {
  it('reads back what it writes', () => {
    const value = fc.oneof(fc.maxSafeNat(), fc.string(), fc.uint8Array({ maxLength: 300 }));
    const field = fc.tuple(fc.integer({ min: 1, max: 5000 }), value);
    fc.assert(
      fc.property(fc.array(field), (list) => {
        const writer = new MessageWriter();
        for (const [number, content] of list) {
          if (typeof content === 'number') {
            // Seven-bit groups up to 2^49 are read exactly.
            writer.integer(number, content % 2 ** 49);
          } else if (typeof content === 'string') {
            writer.string(number, content);
          } else {
            writer.bytes(number, content);
          }
        }
        const read = [...fields(writer.finish())];
        assert.deepEqual(
          read.map(({ number, integer, bytes }) => [number, integer, Buffer.from(bytes).toString('hex')]),
          list.map(([number, content]) => [
            number,
            typeof content === 'number' ? content % 2 ** 49 : 0,
            typeof content === 'number' ? '' : Buffer.from(content as string).toString('hex'),
          ]),
        );
        assert.deepEqual(Buffer.concat(read.map(({ all }) => all)), Buffer.from(writer.finish()));
      }),
    );
  });

  it('by hand: the examples of the specification', () => {
    assert.deepEqual([...new MessageWriter().integer(1, 150).finish()], [0x08, 0x96, 0x01]);
    assert.deepEqual([...new MessageWriter().string(2, 'testing').finish()], [0x12, 7, ...Buffer.from('testing')]);
  });

  it('never reads past the end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          for (const field of fields(bytes)) {
            assert.ok(field.number > 0);
          }
        } catch (error) {
          assert.ok(error instanceof ProtobufError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('ONNX files', () => {
  it('an exported model', () => {
    const summary = summarize(readFileSync(join(repoRoot, 'media/demo/models/teacher/model.onnx')));
    assert.equal(summary.opset, 18);
    assert.deepEqual(summary.inputs, [
      { name: 'input_ids', elementType: elementType.int64, dims: ['batch', 'sequence'] },
      { name: 'attention_mask', elementType: elementType.int64, dims: ['batch', 'sequence'] },
      { name: 'position_ids', elementType: elementType.int64, dims: ['batch', 'sequence'] },
    ]);
    assert.deepEqual(summary.outputs, [
      { name: 'logits', elementType: elementType.float32, dims: ['batch', 'sequence', 512] },
    ]);
    assert.deepEqual(summary.externalFiles, []);
  });

  it('inputs with a default are none', () => {
    const graph = bigramGraph(logWeights({})).input('W', elementType.float32, [V, V]);
    assert.deepEqual(
      summarize(graph.finish()).inputs.map(({ name }) => name),
      ['input_ids'],
    );
  });

  it('external weights, each file once, also inside branches; renaming touches nothing else', () => {
    const inner = new GraphBuilder().externalFloats('B', [2], 'b.bin', 8).finish();
    const innerGraph = [...fields(inner)].find(({ number }) => number === 7)?.bytes ?? new Uint8Array();
    // NodeProto.attribute = 5, AttributeProto.g = 6
    const node = new MessageWriter()
      .string(4, 'If')
      .message(5, new MessageWriter().string(1, 'then_branch').bytes(6, innerGraph));
    const outer = new GraphBuilder()
      .externalFloats('A', [2], 'a.bin', 8)
      .externalFloats('A2', [2], 'a.bin', 8)
      .finish();
    const model = Buffer.concat([outer, new MessageWriter().message(7, new MessageWriter().message(1, node)).finish()]);
    assert.deepEqual([...summarize(model).externalFiles].sort(), ['a.bin', 'b.bin']);
    const renamed = renameExternalFiles(model, (name) => `blobs/${name}.renamed`);
    assert.deepEqual([...summarize(renamed).externalFiles].sort(), ['blobs/a.bin.renamed', 'blobs/b.bin.renamed']);
    assert.deepEqual(Buffer.from(renameExternalFiles(renamed, (name) => name.slice(6, -8))), model);
  });
});
