import { env } from 'onnxruntime-node';
import { SeepError } from '../core/errors';
import { speak, t } from '../core/l10n';
import {
  ENGINE_PROTOCOL,
  type EngineMethods,
  type ForgetSetParams,
  type ForgetSetResult,
  type OpenParams,
  type OpenResult,
} from '../protocol/engine';
import type { Handlers } from '../protocol/rpc';
import { probeFacts } from './factProbes';
import { Inspector } from './inspect';
import { assertUnchanged, describeModels, loadModels, type ModelSet, releaseModels, sharedModels } from './modelSet';
import {
  chooseProvider,
  cudaLibrariesInstalled,
  providerFaultIn,
  type Surroundings,
  shippedProviders,
} from './provider';
import { ProviderProbes } from './providerProbe';
import { RuleSet } from './ruleSet';
import { scan } from './scan';
import { tokenClasses } from './tokenClasses';

/** What the engine process does for its parent. */
export class Engine {
  #models: ModelSet | null = null;
  #forgetSet: ForgetSetParams = { facts: [], decoys: [] };
  #inspector: Inspector | null = null;
  #rules: RuleSet | null = null;
  /** Scans and changes of models or facts run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Looks at single positions get in between the runs of a scan. */
  readonly #looks = new Set<Promise<unknown>>();
  readonly #probes = new ProviderProbes();

  /** @param threads computing threads; null: one for each physical core */
  constructor(private readonly threads: number | null) {}

  readonly handlers: Handlers<EngineMethods> = {
    hello: async ({ language }) => {
      speak(language);
      return {
        protocol: ENGINE_PROTOCOL,
        onnxruntime: env.versions.node ?? env.versions.common,
        node: process.versions.node,
        pid: process.pid,
        providers: shippedProviders(),
      };
    },
    probe: async ({ provider }) => ({ fault: await providerFaultIn(provider, this.#surroundings()) }),
    open: (params) => this.#inTurn(() => this.#open(params)),
    setForgetSet: (params) => this.#inTurn(async () => this.#setForgetSet(params)),
    scan: (params, { signal, progress }) =>
      this.#inTurn(async () => {
        await nextTurn(signal);
        return scan(this.#opened(), this.#scored(), params, { progress, between: () => nextTurn(signal) });
      }),
    inspect: async (params, { signal }) => {
      // Whoever moves through a text leaves many of these behind; those that were given up cost nothing.
      await nextTurn(signal);
      const models = this.#opened();
      this.#inspector ??= new Inspector(models, this.#scored());
      const look = this.#inspector.inspect(params);
      this.#looks.add(look);
      const inspection = await look.finally(() => this.#looks.delete(look));
      assertUnchanged(models);
      return inspection;
    },
    ask: (params, { signal, progress }) =>
      this.#inTurn(async () => {
        const between = () => nextTurn(signal);
        await between();
        await probeFacts(this.#opened().teacher, params, { progress, between });
        return null;
      }),
  };

  #surroundings(): Surroundings {
    return {
      shipped: shippedProviders(),
      hasCudaLibraries: cudaLibrariesInstalled(),
      probe: (provider) => this.#probes.probe(provider),
    };
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act, act);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #open(params: OpenParams): Promise<OpenResult> {
    const { provider, notice } = await chooseProvider(params.provider, this.#surroundings());
    const old = this.#models;
    this.#models = null;
    this.#inspector = null;
    if (old !== null) {
      await Promise.allSettled(this.#looks);
      await releaseModels(old);
    }
    this.#models = await loadModels(params, { provider, threads: this.threads });
    this.#setForgetSet(this.#forgetSet);
    const { models, comparison, notices } = describeModels(this.#models);
    return {
      models,
      comparison,
      provider,
      fallback: notice,
      notices: notice === null ? notices : [notice, ...notices],
    };
  }

  #setForgetSet(params: ForgetSetParams): ForgetSetResult {
    this.#forgetSet = params;
    this.#rules = null;
    this.#inspector = null;
    if (this.#models === null) {
      return { unscorable: [], classes: [] };
    }
    const { classes, classFacts, unscorable } = this.#scored();
    return { unscorable, classes: classes.map((tokens, at) => ({ fact: classFacts[at] ?? '', tokens })) };
  }

  /** The forget set, ready for the models that are open. */
  #scored(): RuleSet {
    if (this.#rules === null) {
      const models = this.#opened();
      this.#rules = new RuleSet(this.#forgetSet, models.teacher.tokenizer);
      const classes = tokenClasses(this.#rules.classes);
      for (const model of sharedModels(models)) {
        model.setClasses(classes);
      }
    }
    return this.#rules;
  }

  #opened(): ModelSet {
    if (this.#models === null) {
      throw new SeepError('engine', t('No models are open. Set the teacher in seep.json and scan again.'));
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
