import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { GraphBuilder } from '../../src/engine/graphBuilder';
import { fillInput } from '../../src/engine/modelInputs';
import { elementType, summarize } from '../../src/engine/onnxFile';
import { sessionOptions } from '../../src/engine/sessionOptions';
import type { PeerWork } from './peerWork';
import { LogitReducer } from './reduceLogits';
import { serveRounds } from './serveRounds';

// onnxruntime without Seep: `onnxPeer.js bare|logits WORK.json`. Bare: the logits are computed, and only the largest of each position
// comes back; logits: all of them come back and are reduced in JavaScript.

const LARGEST = 'largest_logit';
const NO_CONFIG = { architecture: null, context: null, cacheHeads: null, headSize: null };

/** The largest logit of each position; operator set 18 made the axes an input. */
function largestLogit(opset: number): Uint8Array {
  const graph = new GraphBuilder().output(LARGEST, elementType.float32, ['batch', 'sequence']);
  if (opset < 18) {
    return graph.node('ReduceMax', ['logits'], LARGEST, { axes: [2], keepdims: 0 }).part();
  }
  const axes = `${LARGEST}_axes`;
  return graph.int64s(axes, [1], [2]).node('ReduceMax', ['logits', axes], LARGEST, { keepdims: 0 }).part();
}

async function load(path: string, isBare: boolean, threads: number) {
  const model = readFileSync(path);
  const { inputs, opset } = summarize(model);
  const bytes = isBare ? Buffer.concat([model, largestLogit(opset)]) : model;
  const session = await InferenceSession.create(bytes, sessionOptions({ provider: 'cpu', threads }, dirname(path)));
  return { session, inputs };
}

async function main(): Promise<void> {
  const [mode, path = ''] = process.argv.slice(2);
  const work: PeerWork = JSON.parse(readFileSync(path, 'utf8'));
  const isBare = mode === 'bare';
  const models = await Promise.all(work.models.map((model) => load(model, isBare, work.threads)));
  const reducer = new LogitReducer(work.ids, work.top);
  await serveRounds(async () => {
    let total = 0;
    for (const { session, inputs } of models) {
      for (const batch of work.batches) {
        const length = Math.max(...batch.map((sequence) => sequence.length));
        const feeds = Object.fromEntries(
          inputs.flatMap((slot) => {
            const tensor = fillInput(slot, batch, length, NO_CONFIG);
            return tensor === null ? [] : [[slot.name, tensor]];
          }),
        );
        const output = isBare ? LARGEST : 'logits';
        const { data, dims } = (await session.run(feeds, [output]))[output] ?? {};
        const values = data as Float32Array;
        const size = isBare ? 1 : (dims?.[2] ?? 0);
        batch.forEach((sequence, b) => {
          for (let i = 0; i < sequence.length; i++) {
            const row = (b * length + i) * size;
            total += isBare ? (values[row] ?? 0) : reducer.reduce(values, row, row + size);
          }
        });
      }
    }
    return total;
  });
}

void main();
