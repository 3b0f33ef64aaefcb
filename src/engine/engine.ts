import { env } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { buildAnswerTrie } from '../core/score/answerTrie';
import { FactIndex, type ScorableFact } from '../core/score/factIndex';
import {
  ENGINE_PROTOCOL,
  type EngineMethods,
  type ForgetSetResult,
  type OpenParams,
  type OpenResult,
} from '../protocol/engine';
import type { Handlers } from '../protocol/rpc';
import { Inspector } from './inspect';
import { describeModels, loadModels, type ModelSet, releaseModels } from './modelSet';
import { chooseProvider, shippedProviders } from './provider';
import { scan } from './scan';

/** What the engine process does for its parent. */
export class Engine {
  #models: ModelSet | null = null;
  #facts: readonly Fact[] = [];
  #inspector: Inspector | null = null;
  #index = new FactIndex([]);
  /** Scans and changes of models or facts run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Looks at single positions get in between the runs of a scan. */
  readonly #looks = new Set<Promise<unknown>>();

  /** @param threads computing threads; null: one for each physical core */
  constructor(private readonly threads: number | null) {}

  readonly handlers: Handlers<EngineMethods> = {
    hello: async () => ({
      protocol: ENGINE_PROTOCOL,
      onnxruntime: env.versions.node ?? env.versions.common,
      node: process.versions.node,
      pid: process.pid,
      providers: shippedProviders(),
    }),
    open: (params) => this.#inTurn(() => this.#open(params)),
    setForgetSet: ({ facts }) => this.#inTurn(async () => this.#setForgetSet(facts)),
    scan: (params, { signal, progress }) =>
      this.#inTurn(async () => {
        await nextTurn(signal);
        return scan(this.#opened(), this.#index, params, { progress, between: () => nextTurn(signal) });
      }),
    inspect: async (params, { signal }) => {
      // Whoever moves through a text leaves many of these behind; those that were given up cost nothing.
      await nextTurn(signal);
      this.#inspector ??= new Inspector(this.#opened(), this.#index);
      const look = this.#inspector.inspect(params);
      this.#looks.add(look);
      return look.finally(() => this.#looks.delete(look));
    },
  };

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act, act);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #open(params: OpenParams): Promise<OpenResult> {
    const { provider, notice } = await chooseProvider(params.provider);
    const old = this.#models;
    this.#models = null;
    this.#inspector = null;
    if (old !== null) {
      await Promise.allSettled(this.#looks);
      await releaseModels(old);
    }
    this.#models = await loadModels(params, { provider, threads: this.threads });
    this.#setForgetSet(this.#facts);
    const { models, notices } = describeModels(this.#models);
    return { models, provider, notices: notice === null ? notices : [notice, ...notices] };
  }

  #setForgetSet(facts: readonly Fact[]): ForgetSetResult {
    const unscorable: { fact: string; message: string }[] = [];
    const scorable: ScorableFact[] = [];
    for (const fact of this.#models === null ? [] : facts) {
      const trie = buildAnswerTrie(this.#opened().teacher.tokenizer.answerPaths(fact.answers));
      if (trie === null) {
        const message = 'No answer of this fact can be written with the model\u2019s tokens.';
        unscorable.push({ fact: fact.id, message });
      } else {
        scorable.push({ fact, trie });
      }
    }
    this.#facts = facts;
    this.#index = new FactIndex(scorable);
    this.#inspector = null;
    return { unscorable, classes: [] };
  }

  #opened(): ModelSet {
    if (this.#models === null) {
      throw new SeepError('engine', 'No models are open. Set the teacher in seep.json and scan again.');
    }
    return this.#models;
  }
}

/** A turn of the event loop, in which messages come in; throws when one of them was a cancellation. */
async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) {
    throw new SeepError('cancelled', 'Cancelled.');
  }
}
