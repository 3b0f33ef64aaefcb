import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PeerWork } from './peerWork';
import { LogitReducer } from './reduceLogits';
import { serveRounds } from './serveRounds';

// transformers.js: `transformersPeer.js FOLDER WORK.json`, FOLDER being where it is installed.

/** As much of transformers.js as is used here. */
interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => unknown;
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<Model>;
  };
}
type Model = (inputs: object) => Promise<{ readonly logits: { readonly data: Float32Array; readonly dims: number[] } }>;

async function main(): Promise<void> {
  const [folder = '', path = ''] = process.argv.slice(2);
  const work: PeerWork = JSON.parse(readFileSync(path, 'utf8'));
  let transformers: Transformers;
  try {
    const file = createRequire(join(folder, 'package.json')).resolve('@huggingface/transformers');
    transformers = await import(pathToFileURL(file).href);
  } catch (error) {
    console.log(JSON.stringify({ missing: error instanceof Error ? error.message.split('\n')[0] : String(error) }));
    return;
  }
  const { env, Tensor, AutoModelForCausalLM } = transformers;
  env.allowRemoteModels = false;
  const models: Model[] = [];
  for (const model of work.models) {
    env.localModelPath = dirname(dirname(model));
    const options = {
      dtype: 'fp32',
      device: 'cpu',
      subfolder: '',
      session_options: { intraOpNumThreads: work.threads },
    };
    models.push(await AutoModelForCausalLM.from_pretrained(basename(dirname(model)), options));
  }
  const reducer = new LogitReducer(work.ids, work.top);
  await serveRounds(async () => {
    let total = 0;
    for (const model of models) {
      for (const batch of work.batches) {
        const length = Math.max(...batch.map((sequence) => sequence.length));
        const grid = (value: (sequence: readonly number[], i: number) => number) =>
          new Tensor(
            'int64',
            BigInt64Array.from(
              batch.flatMap((sequence) => Array.from({ length }, (_, i) => value(sequence, i))),
              BigInt,
            ),
            [batch.length, length],
          );
        const { logits } = await model({
          input_ids: grid((sequence, i) => sequence[i] ?? 0),
          attention_mask: grid((sequence, i) => (i < sequence.length ? 1 : 0)),
        });
        const { data, dims } = logits;
        const size = dims[2] ?? 0;
        batch.forEach((sequence, b) => {
          for (let i = 0; i < sequence.length; i++) {
            const row = (b * length + i) * size;
            total += reducer.reduce(data, row, row + size);
          }
        });
      }
    }
    return total;
  });
}

void main();
