import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graphHead, headOutput } from './graphHead';
import { headFeeds } from './modelInputs';
import { elementType, ONNX } from './onnxFile';
import { MessageWriter } from './protobuf';
import { PROBE_WORKS } from './providerProbe';
import { runtimeReason } from './runtimeErrors';

const OPSET = 17;
const LOGITS = 'logits';

/**
 * A throw-away process's only act: runs two small models on a provider. The first has one operator, which the provider must
 * compute itself; the second is the scoring head, of which the runtime may give parts to the CPU as it does in real models.
 * @returns {@link PROBE_WORKS}, or what the runtime says
 */
export async function tryProvider(provider: string): Promise<string> {
  const logits = new Tensor('float32', new Float32Array(8), [1, 1, 8]);
  try {
    const strict = provider === 'cuda' ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {};
    const alone = await InferenceSession.create(oneOperator(), { executionProviders: [provider], ...strict });
    await alone.run({ [LOGITS]: logits });
    await alone.release();

    const head = await InferenceSession.create(Buffer.concat([logitsOnly().finish(), graphHead(LOGITS, OPSET)]), {
      executionProviders: [provider, 'cpu'],
    });
    const feeds = headFeeds({
      rows: Int32Array.of(0, 0),
      picks: Int32Array.of(0, 3),
      k: 2,
      rankRows: Int32Array.of(0),
      rankIds: Int32Array.of(3),
      warmRows: Int32Array.of(0),
      warmPicks: Int32Array.of(0, 3),
      temperature: 2,
    });
    await head.run({ [LOGITS]: logits, ...feeds }, Object.values(headOutput));
    await head.release();
    return PROBE_WORKS;
  } catch (error) {
    return runtimeReason(error);
  }
}

function oneOperator(): Uint8Array {
  const softmax = new MessageWriter()
    .string(ONNX.node.input, LOGITS)
    .string(ONNX.node.output, 'logprobs')
    .string(ONNX.node.opType, 'LogSoftmax');
  const graph = new MessageWriter()
    .message(ONNX.graph.node, softmax)
    .message(ONNX.graph.output, logitsSlot('logprobs'));
  // Messages that stand one behind the other are one message: this adds to the graph.
  return Buffer.concat([logitsOnly().finish(), new MessageWriter().message(ONNX.model.graph, graph).finish()]);
}

/** A model that has logits as its input, and nothing else. */
function logitsOnly(): MessageWriter {
  const graph = new MessageWriter().string(ONNX.graph.name, 'probe').message(ONNX.graph.input, logitsSlot(LOGITS));
  const opset = new MessageWriter().string(ONNX.opset.domain, '').integer(ONNX.opset.version, OPSET);
  return new MessageWriter()
    .integer(ONNX.model.irVersion, 8)
    .message(ONNX.model.graph, graph)
    .message(ONNX.model.opsetImport, opset);
}

/** float32 [1, 1, 8] */
function logitsSlot(name: string): MessageWriter {
  const shape = [1, 1, 8].reduce(
    (writer, size) => writer.message(ONNX.shape.dim, new MessageWriter().integer(ONNX.dim.value, size)),
    new MessageWriter(),
  );
  const tensor = new MessageWriter()
    .integer(ONNX.tensorType.elementType, elementType.float32)
    .message(ONNX.tensorType.shape, shape);
  return new MessageWriter()
    .string(ONNX.valueInfo.name, name)
    .message(ONNX.valueInfo.type, new MessageWriter().message(ONNX.type.tensor, tensor));
}
