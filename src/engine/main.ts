import { availableParallelism } from 'node:os';
import { env, InferenceSession } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import type { AnswerPath } from '../core/score/answerTrie';
import { WatchList } from '../core/score/watch';
import { ENGINE_PROTOCOL, type EngineMethods, type ForgetSetResult, type OpenParams } from '../protocol/engine';
import { type Handlers, type Pipe, serve } from '../protocol/rpc';
import { headBytes } from './graphHead';
import { Inspector } from './inspect';
import { describeModels, loadModels, type ModelSet, releaseModels } from './modelSet';
import { elementType } from './onnxFile';
import { MessageWriter } from './protobuf';
import { chooseProvider, PROBE_VARIABLE, shippedProviders } from './provider';
import { scan, throwIfCancelled } from './scan';

/** The engine process: loads models, scores records, looks at single positions. Talks only to its parent. */
class Engine {
  #models: ModelSet | null = null;
  #facts: readonly Fact[] = [];
  #list: WatchList | null = null;
  #inspector: Inspector | null = null;
  /** Scans and changes of models run one after the other; looks at single positions get in between runs. */
  #queue: Promise<unknown> = Promise.resolve();

  readonly handlers: Handlers<EngineMethods> = {
    hello: async () => ({
      protocol: ENGINE_PROTOCOL,
      onnxruntime: env.versions.node ?? env.versions.common,
      node: process.versions.node,
      pid: process.pid,
      providers: shippedProviders(),
    }),
    open: (params) => this.#inTurn(() => this.#open(params)),
    setForgetSet: ({ facts }) => this.#inTurn(() => this.#setForgetSet(facts)),
    scan: (params, { signal, progress }) =>
      this.#inTurn(async () => {
        throwIfCancelled(signal);
        const { models, list } = this.#ready();
        return scan(models, list, params, progress, async () => {
          // A turn of the event loop, so that a cancellation can arrive.
          await new Promise((resolve) => setImmediate(resolve));
          throwIfCancelled(signal);
        });
      }),
    inspect: async (params) => {
      const { models, list } = this.#ready();
      this.#inspector ??= new Inspector(models, list);
      return this.#inspector.inspect(params);
    },
  };

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act, act);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #open(params: OpenParams) {
    if (this.#models !== null) {
      const old = this.#models;
      this.#models = null;
      this.#inspector = null;
      await releaseModels(old);
    }
    const { provider, notice } = await chooseProvider(params.provider);
    const models = await loadModels(params, provider, threads());
    this.#models = models;
    await this.#setForgetSet(this.#facts);
    const { models: infos, notices } = describeModels(models);
    return { models: infos, provider, notices: notice === null ? notices : [notice, ...notices] };
  }

  async #setForgetSet(facts: readonly Fact[]): Promise<ForgetSetResult> {
    this.#facts = facts;
    this.#list = null;
    this.#inspector = null;
    if (this.#models === null) {
      return { unscorable: [] };
    }
    const { tokenizer } = this.#models.teacher;
    const unscorable: { fact: string; message: string }[] = [];
    const pathsOf = (fact: Fact): AnswerPath[] => {
      const paths = tokenizer.answerPaths(fact.answers);
      if (paths.length === 0) {
        unscorable.push({
          fact: fact.id,
          message: 'No answer of this fact can be written with the model\u2019s tokens.',
        });
      }
      return paths;
    };
    this.#list = new WatchList(facts, pathsOf);
    return { unscorable };
  }

  #ready(): { models: ModelSet; list: WatchList } {
    if (this.#models === null || this.#list === null) {
      throw new SeepError('engine', 'No models are open. Set the teacher in seep.json and scan again.');
    }
    return { models: this.#models, list: this.#list };
  }
}

function threads(): number {
  const asked = Number(process.env.SEEP_THREADS);
  return Number.isInteger(asked) && asked > 0 ? asked : Math.max(1, availableParallelism());
}

function parentPipe(): Pipe {
  return {
    post: (message) => {
      if (process.connected) {
        process.send?.(message);
      }
    },
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}

/** A throw-away process's only act: run a one-node model on the provider and tell how it went. */
async function probeProvider(provider: string): Promise<void> {
  let answer = 'ok';
  try {
    const session = await InferenceSession.create(smallestModel(), {
      executionProviders: [provider],
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    });
    await session.release();
  } catch (error) {
    answer = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? 'failed';
  }
  process.send?.(answer, () => process.exit(0));
}

/** A model that only passes logits through a scoring head. */
function smallestModel(): Uint8Array {
  const dims = [1, 1, 8].map((size) => new MessageWriter().int(1, size));
  const shape = dims.reduce((writer, dim) => writer.message(1, dim), new MessageWriter());
  const type = new MessageWriter().message(1, new MessageWriter().int(1, elementType.float).message(2, shape));
  const graph = new MessageWriter()
    .string(2, 'probe')
    .message(11, new MessageWriter().string(1, 'logits').message(2, type));
  const opset = new MessageWriter().string(1, '').int(2, 17);
  const model = new MessageWriter().int(1, 8).message(7, graph).message(8, opset).finish();
  return Buffer.concat([model, headBytes('logits', elementType.float, 4)]);
}

const probed = process.env[PROBE_VARIABLE];
if (probed !== undefined) {
  void probeProvider(probed);
} else {
  process.on('disconnect', () => process.exit(0));
  serve(parentPipe(), new Engine().handlers);
}
