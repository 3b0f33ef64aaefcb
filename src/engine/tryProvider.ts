import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from './graphBuilder';
import { graphHead, headOutput } from './graphHead';
import { headFeeds } from './modelInputs';
import { elementType } from './onnxFile';
import { PROBE_WORKS } from './providerProbe';

const OPSET = 17;
const LOGITS = 'logits';
const SHAPE = [1, 1, 8];

/**
 * A throw-away process's only act: runs two small models on a provider. The first has one operator, which the provider must
 * compute itself; the second is the scoring head, of which the runtime may give parts to the CPU as it does in real models.
 * @returns {@link PROBE_WORKS}, or what the runtime says
 */
export async function tryProvider(provider: string): Promise<string> {
  const logits = new Tensor('float32', new Float32Array(8), SHAPE);
  try {
    const strict = provider === 'cuda' ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {};
    const alone = await InferenceSession.create(oneOperator(), { executionProviders: [provider], ...strict });
    await alone.run({ [LOGITS]: logits });
    await alone.release();

    const head = await InferenceSession.create(Buffer.concat([logitsOnly().finish(OPSET), graphHead(LOGITS, OPSET)]), {
      executionProviders: [provider, 'cpu'],
    });
    const feeds = headFeeds({
      rows: Int32Array.of(0, 0),
      picks: Int32Array.of(0, 3),
      k: 2,
      listRows: Int32Array.of(0),
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
    return error instanceof Error ? error.message : String(error);
  }
}

function oneOperator(): Uint8Array {
  return logitsOnly()
    .node('LogSoftmax', [LOGITS], 'logprobs')
    .output('logprobs', elementType.float32, SHAPE)
    .finish(OPSET);
}

/** A model that has logits as its input, and nothing else. */
function logitsOnly(): GraphBuilder {
  return new GraphBuilder().input(LOGITS, elementType.float32, SHAPE);
}
