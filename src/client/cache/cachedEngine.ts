import { isDeepStrictEqual } from 'node:util';
import { SeepError } from '../../core/errors';
import type { Fact } from '../../core/forget/fact';
import { spokenLanguage, t } from '../../core/l10n';
import type { FactProbe } from '../../core/probe/factProbe';
import type {
  AskParams,
  ForgetSetParams,
  ForgetSetResult,
  Hello,
  Inspection,
  InspectParams,
  OpenParams,
  OpenResult,
  ScanParams,
  ScanProgress,
  ScanResult,
} from '../../protocol/engine';
import { abortable } from '../abortable';
import { changedModel } from '../changedModel';
import { type AskOptions, EngineClient, type EngineClientOptions, type ScanOptions } from '../engineClient';
import { modelFolders } from '../project';
import { Turns } from '../turns';
import type { CacheSpace } from './cacheSpace';
import type { DiskCache } from './diskCache';
import { answerKey, answersSpace, identityOf, modelsKey, modelsSpace, scoresSpace, wordsKey } from './keys';
import { KnownScores, type Wanted } from './knownScores';
import { stateOfModelFiles } from './modelFiles';
import type { Key } from './segment';
import { keep, parse, readAll } from './values';

/** A file that changed only just now may change again within the same tick of its clock; it is read again next time. */
const SETTLED_MILLISECONDS = 3000;

export interface CachedScanResult extends ScanResult {
  /** Records whose scores were known already. */
  readonly cached: number;
}

/**
 * An engine that does not compute what is on disk already. Where everything is, not even the models are opened: their files are
 * recognised by size, times and number. Answers are the very ones that the engine once gave.
 */
export class CachedEngine {
  readonly #client: EngineClient;
  readonly #words = wordsKey(spokenLanguage());
  #identity: Promise<string | null> | null = null;
  #models: CacheSpace | null = null;
  #space: { readonly name: string; readonly space: CacheSpace } | null = null;
  #scores: KnownScores | null = null;
  #params: OpenParams | null = null;
  #opened: OpenResult | null = null;
  #forgetSet: ForgetSetParams | null = null;
  /** The facts that were told last, for the models that are open or being opened, and what came of them. */
  #told: { readonly forgetSet: ForgetSetParams; readonly result: Promise<ForgetSetResult> } | null = null;
  /** What the engine itself has been given of the two. */
  #loaded: OpenParams | null = null;
  #given: ForgetSetParams | null = null;
  #readying: Promise<void> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #cachedRecords = 0;

  /** @param cache null: nothing is kept */
  constructor(
    private readonly options: EngineClientOptions,
    private readonly cache: DiskCache | null,
  ) {
    this.#client = new EngineClient(options);
  }

  /** Records of all scans whose scores were known already. */
  get cachedRecords(): number {
    return this.#cachedRecords;
  }

  hello(): Promise<Hello> {
    return this.#client.hello();
  }

  /** What the models are, which may be known without opening them. */
  open(params: OpenParams, signal?: AbortSignal): Promise<OpenResult> {
    this.#leaveScores();
    return this.#inTurn(async () => {
      this.#params = params;
      this.#opened = null;
      this.#opened = (await this.#recallModels(params)) ?? (await this.#load(params, signal));
      return this.#opened;
    });
  }

  /** Has the engine itself load what {@link open} and {@link setForgetSet} were last told. */
  async load(signal?: AbortSignal): Promise<void> {
    await abortable(this.#ready(), signal);
  }

  /**
   * Whoever names the facts that are there already disturbs nobody who is at work on them.
   * @param decoys scored as well, see {@link ForgetSetParams}
   */
  setForgetSet(facts: readonly Fact[], decoys: readonly Fact[] = []): Promise<ForgetSetResult> {
    const forgetSet = { facts, decoys };
    if (this.#told !== null && isDeepStrictEqual(this.#told.forgetSet, forgetSet)) {
      return this.#told.result;
    }
    this.#leaveScores();
    const result = this.#inTurn(() => this.#takeOver(forgetSet));
    this.#told = { forgetSet, result };
    result.catch(() => {
      if (this.#told?.result === result) {
        this.#told = null;
      }
    });
    return result;
  }

  /**
   * Like `EngineClient.scan`; only records whose text has not been scored under the same conditions reach the engine, each text once.
   * What fails is not kept: it may have been the machine's fault.
   */
  async scan(params: ScanParams, { signal, onProgress }: ScanOptions = {}): Promise<CachedScanResult> {
    const scores = this.#scores;
    if (scores === null) {
      await this.load(signal);
      return { ...(await this.#client.scan(params, { signal, onProgress })), cached: 0 };
    }
    const { records, ...settings } = params;
    const scan = scores.scan(settings);
    const missing = new Map<Key, Wanted>();
    const byKey = new Map<Key, number[]>();
    const turns = new Turns();
    for (const { key, text } of records) {
      await turns.pause();
      const wanted = scan.wanted(text);
      const same = byKey.get(wanted.key);
      if (same === undefined) {
        missing.set(wanted.key, wanted);
        byKey.set(wanted.key, [key]);
      } else {
        same.push(key);
      }
    }
    let tokens = 0;
    let cached = 0;
    const tell = (entry: Key, make: (key: number) => ScanProgress) => {
      for (const key of byKey.get(entry) ?? []) {
        const progress = make(key);
        tokens += progress.kind === 'record' ? progress.scores.tokens : 0;
        onProgress?.(progress);
      }
    };

    const outcome = await scan.outcome();
    for await (const [entry, known] of scan.known([...missing.values()])) {
      missing.delete(entry);
      tell(entry, (key) => ({ kind: 'record', key, scores: known }));
      cached += byKey.get(entry)?.length ?? 0;
      this.#cachedRecords += byKey.get(entry)?.length ?? 0;
      if (signal?.aborted) {
        throw new SeepError('cancelled', 'Cancelled.');
      }
    }
    if (missing.size === 0 && outcome !== null) {
      return { ...outcome, records: records.length, tokens, cached };
    }

    await this.load(signal);
    if (this.#scores !== scores) {
      throw new SeepError('cancelled', 'Cancelled: other models or another forget set are in use now.');
    }
    const asked = [...missing.values()];
    try {
      const result = await this.#client.scan(
        { ...settings, records: asked.map(({ text }, key) => ({ key, text })) },
        {
          signal,
          onProgress: (progress) => {
            const wanted = progress.kind === 'work' ? undefined : asked[progress.key];
            if (progress.kind === 'work' || wanted === undefined) {
              onProgress?.(progress);
              return;
            }
            tell(wanted.key, (key) => ({ ...progress, key }));
            if (progress.kind === 'record' && progress.scores.skipped.length === 0 && this.#scores === scores) {
              scan.keep(wanted, progress.scores);
            }
          },
        },
      );
      const { reference, completedBy } = result;
      if (outcome === null && this.#scores === scores) {
        scan.keepOutcome({ reference, completedBy });
      }
      return { reference, completedBy, records: records.length, tokens, cached };
    } finally {
      await scores.flush();
    }
  }

  /** Like `EngineClient.ask`; only questions that this model was never asked reach the engine. */
  async ask({ questions, tokens }: AskParams, { signal, onProgress }: AskOptions = {}): Promise<void> {
    const identity = await this.#who();
    const opened = this.#opened;
    const keys = questions.map((question) => answerKey(question, tokens));
    const space =
      this.cache === null || identity === null || opened === null
        ? null
        : await this.cache.open(answersSpace(identity, opened));
    try {
      const known = space === null ? null : await readAll(space, keys);
      const missing: number[] = [];
      for (const [key, entry] of keys.entries()) {
        const probe = parse<FactProbe>(known?.get(entry));
        if (probe === null) {
          missing.push(key);
        } else {
          onProgress?.({ kind: 'fact', key, probe });
        }
      }
      if (missing.length === 0) {
        return;
      }
      await this.load(signal);
      if (this.#opened !== opened) {
        throw new SeepError('cancelled', 'Cancelled: another model is in use now.');
      }
      const asked = missing.flatMap((key) => questions[key] ?? []);
      await this.#client.ask(
        { questions: asked, tokens },
        {
          signal,
          onProgress: (progress) => {
            if (progress.kind === 'work') {
              onProgress?.(progress);
              return;
            }
            const key = missing[progress.key] ?? Number.NaN;
            const entry = keys[key];
            if (progress.kind === 'fact' && entry !== undefined) {
              keep(space, entry, progress.probe);
            }
            onProgress?.({ ...progress, key });
          },
        },
      );
    } finally {
      await space?.close();
    }
  }

  async inspect(params: InspectParams, signal?: AbortSignal): Promise<Inspection> {
    await this.load(signal);
    return this.#client.inspect(params, signal);
  }

  /** Ends the process for good. */
  async dispose(): Promise<void> {
    await Promise.all([this.#client.dispose(), this.#space?.space.close(), this.#models?.close()]);
  }

  /** Models and facts change one after the other, whoever asks. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** What is still being scored belongs to what was open before, and is not kept. */
  #leaveScores(): void {
    this.#scores = null;
    this.#told = null;
  }

  async #takeOver(forgetSet: ForgetSetParams): Promise<ForgetSetResult> {
    this.#forgetSet = forgetSet;
    const identity = await this.#who();
    if (this.cache === null || this.#opened === null || identity === null) {
      return this.#give(forgetSet);
    }
    const space = await this.#scoresOf(scoresSpace(identity, this.#opened), this.cache);
    const scores = new KnownScores(space, forgetSet, this.#words);
    const known = await scores.forgetSet();
    if (known === null) {
      await this.#openReally();
    }
    const result = known ?? (await this.#give(forgetSet));
    if (known === null) {
      scores.keepForgetSet(result);
    }
    this.#scores = scores;
    return result;
  }

  /** The space of that name, which stays open for as long as the models stay the same. */
  async #scoresOf(name: string, cache: DiskCache): Promise<CacheSpace> {
    if (this.#space?.name !== name) {
      void this.#space?.space.close();
      this.#space = { name, space: await cache.open(name) };
    }
    return this.#space.space;
  }

  async #give(forgetSet: ForgetSetParams): Promise<ForgetSetResult> {
    this.#given = null;
    const result = await this.#client.setForgetSet(forgetSet.facts, forgetSet.decoys);
    this.#given = forgetSet;
    return result;
  }

  /** The engine with models and facts. Several that wait for it share one opening. */
  #ready(): Promise<void> {
    this.#readying ??= this.#inTurn(async () => {
      await this.#openReally();
      if (this.#forgetSet !== null && this.#given !== this.#forgetSet) {
        await this.#give(this.#forgetSet);
      }
    }).finally(() => {
      this.#readying = null;
    });
    // Whoever waits hears of it; nobody may be left who does.
    this.#readying.catch(() => {});
    return this.#readying;
  }

  /** @throws SeepError('model') where the models are not those that were told of */
  async #openReally(): Promise<void> {
    const params = this.#params;
    const opened = this.#opened;
    if (params === null || opened === null) {
      return;
    }
    const now = await this.#load(params);
    const changed = changedModel(opened.models, now.models);
    if (changed !== null) {
      throw changed;
    }
    if (now.provider !== opened.provider) {
      const message = t(
        'The models run on {0} now and no longer on {1}. Restart the engine with "Seep: Restart Engine", or run again.',
        now.provider,
        opened.provider,
      );
      throw new SeepError('engine', message);
    }
  }

  async #load(params: OpenParams, signal?: AbortSignal): Promise<OpenResult> {
    if (this.cache === null) {
      return this.#client.open(params, signal);
    }
    // Only an engine that reads the files now can tell what is in them.
    const reads = JSON.stringify(this.#loaded) !== JSON.stringify(params);
    this.#loaded = null;
    const before = reads ? await stateOfModelFiles(modelFolders(params)) : null;
    const started = Date.now();
    const result = await this.#client.open(params, signal);
    this.#loaded = params;
    // What was wrong with a GPU may be mended: it is looked at again next time.
    if (before !== null && result.fallback === null && before.changedAt < started - SETTLED_MILLISECONDS) {
      const after = await stateOfModelFiles(modelFolders(params));
      if (after?.description === before.description) {
        keep(this.#models, modelsKey(params, before.description, this.#words), result);
        await this.#models?.flush();
      }
    }
    return result;
  }

  async #recallModels(params: OpenParams): Promise<OpenResult | null> {
    if (this.cache === null) {
      return null;
    }
    const [identity, state] = await Promise.all([this.#who(), stateOfModelFiles(modelFolders(params))]);
    if (identity === null) {
      return null;
    }
    this.#models ??= await this.cache.open(modelsSpace(identity));
    return state === null ? null : recall<OpenResult>(this.#models, modelsKey(params, state.description, this.#words));
  }

  /** Null where nothing can be kept. */
  #who(): Promise<string | null> {
    this.#identity ??= identityOf(this.options.enginePath);
    return this.#identity;
  }
}

async function recall<T>(space: CacheSpace, key: Key): Promise<T | null> {
  return parse<T>((await space.read([key])).get(key));
}
