import { setImmediate as nextTurn } from 'node:timers/promises';
import { SeepError } from '../../core/errors';
import type { Fact } from '../../core/forget/fact';
import type { FactProbe } from '../../core/probe/factProbe';
import type { RecordScores } from '../../core/score/leak';
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
import type { CacheSpace } from './cacheSpace';
import type { DiskCache } from './diskCache';
import {
  answerKey,
  answersSpace,
  FORGET_SET_KEY,
  identityOf,
  modelsKey,
  modelsSpace,
  outcomeKey,
  recordKeys,
  scoresSpace,
} from './keys';
import { stateOfModelFiles } from './modelFiles';
import type { Key } from './segment';

/** A file that changed only just now may change again within the same tick of its clock; it is read again next time. */
const SETTLED_MILLISECONDS = 3000;
/** What is done with many records at once is done in pieces, so that whoever shares the thread (the editor) goes on. */
const SLICE_MILLISECONDS = 5;

export interface CachedScanResult extends ScanResult {
  /** Records whose scores were known already. */
  readonly cached: number;
}

type Outcome = Pick<ScanResult, 'reference' | 'completedBy'>;

/**
 * An engine that does not compute what is on disk already. Where everything is, not even the models are opened: their files are
 * recognised by size, times and number. Answers are the very ones that the engine once gave.
 */
export class CachedEngine {
  readonly #client: EngineClient;
  #identity: Promise<string | null> | null = null;
  #models: CacheSpace | null = null;
  #scores: CacheSpace | null = null;
  #params: OpenParams | null = null;
  #opened: OpenResult | null = null;
  #forgetSet: ForgetSetParams | null = null;
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
    this.#leaveSpace();
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

  /** @param decoys scored as well, see {@link ForgetSetParams} */
  setForgetSet(facts: readonly Fact[], decoys: readonly Fact[] = []): Promise<ForgetSetResult> {
    const forgetSet = { facts, decoys };
    this.#leaveSpace();
    return this.#inTurn(async () => {
      this.#forgetSet = forgetSet;
      const identity = await this.#who();
      if (this.cache === null || this.#opened === null || identity === null) {
        return this.#give(forgetSet);
      }
      const space = await this.cache.open(scoresSpace(identity, this.#opened, forgetSet));
      const known = await recall<ForgetSetResult>(space, FORGET_SET_KEY);
      if (known === null) {
        await this.#openReally();
      }
      const result = known ?? (await this.#give(forgetSet));
      if (known === null) {
        keep(space, FORGET_SET_KEY, result);
      }
      this.#leaveSpace();
      this.#scores = space;
      return result;
    });
  }

  /**
   * Like `EngineClient.scan`; only records whose text has not been scored under the same conditions reach the engine, each text once.
   * What fails is not kept: it may have been the machine's fault.
   */
  async scan(params: ScanParams, { signal, onProgress }: ScanOptions = {}): Promise<CachedScanResult> {
    const space = this.#scores;
    if (space === null) {
      await this.load(signal);
      return { ...(await this.#client.scan(params, { signal, onProgress })), cached: 0 };
    }
    const { records, ...settings } = params;
    const byKey = new Map<Key, { readonly text: string; readonly records: number[] }>();
    const keyOf = recordKeys(settings);
    const turns = new Turns();
    for (const { key, text } of records) {
      if (turns.isOver) {
        await turns.next();
      }
      const entry = keyOf(text);
      const same = byKey.get(entry);
      same === undefined ? byKey.set(entry, { text, records: [key] }) : same.records.push(key);
    }
    let tokens = 0;
    let cached = 0;
    const tell = (entry: Key, make: (key: number) => ScanProgress) => {
      for (const key of byKey.get(entry)?.records ?? []) {
        const progress = make(key);
        tokens += progress.kind === 'record' ? progress.scores.tokens : 0;
        onProgress?.(progress);
      }
    };

    const wantedOutcome = outcomeKey(settings);
    const known = await readAll(space, [wantedOutcome, ...byKey.keys()]);
    const outcome = parse<Outcome>(known.get(wantedOutcome));
    known.delete(wantedOutcome);
    const missing = new Map(byKey);
    for (const [entry, value] of known) {
      const scores = parse<RecordScores>(value);
      if (scores !== null) {
        missing.delete(entry);
        tell(entry, (key) => ({ kind: 'record', key, scores }));
        cached += byKey.get(entry)?.records.length ?? 0;
        this.#cachedRecords += byKey.get(entry)?.records.length ?? 0;
      }
      if (turns.isOver) {
        await turns.next();
      }
      if (signal?.aborted) {
        throw new SeepError('cancelled', 'Cancelled.');
      }
    }
    if (missing.size === 0 && outcome !== null) {
      return { ...outcome, records: records.length, tokens, cached };
    }

    await this.load(signal);
    if (this.#scores !== space) {
      throw new SeepError('cancelled', 'Cancelled: other models or another forget set are in use now.');
    }
    const entries = [...missing];
    try {
      const result = await this.#client.scan(
        { ...settings, records: entries.map(([, { text }], key) => ({ key, text })) },
        {
          signal,
          onProgress: (progress) => {
            const entry = progress.kind === 'work' ? undefined : entries[progress.key]?.[0];
            if (progress.kind === 'work' || entry === undefined) {
              onProgress?.(progress);
              return;
            }
            tell(entry, (key) => ({ ...progress, key }));
            if (progress.kind === 'record' && progress.scores.skipped.length === 0 && this.#scores === space) {
              keep(space, entry, progress.scores);
            }
          },
        },
      );
      const { reference, completedBy } = result;
      if (outcome === null && this.#scores === space) {
        keep(space, wantedOutcome, { reference, completedBy } satisfies Outcome);
      }
      return { reference, completedBy, records: records.length, tokens, cached };
    } finally {
      await space.flush();
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
    await Promise.all([this.#client.dispose(), this.#scores?.close(), this.#models?.close()]);
  }

  /** Models and facts change one after the other, whoever asks. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** What is still being scored belongs to what was open before, and is not kept. */
  #leaveSpace(): void {
    void this.#scores?.close();
    this.#scores = null;
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
      const message = `The models run on ${now.provider} now and no longer on ${opened.provider}. Restart the engine with "Seep: Restart Engine", or run again.`;
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
        keep(this.#models, modelsKey(params, before.description), result);
        await this.#models?.flush();
      }
    }
    return result;
  }

  async #recallModels(params: OpenParams): Promise<OpenResult | null> {
    const identity = await this.#who();
    if (this.cache === null || identity === null) {
      return null;
    }
    this.#models ??= await this.cache.open(modelsSpace(identity));
    const state = await stateOfModelFiles(modelFolders(params));
    return state === null ? null : recall<OpenResult>(this.#models, modelsKey(params, state.description));
  }

  /** Null where nothing can be kept. */
  #who(): Promise<string | null> {
    this.#identity ??= identityOf(this.options.enginePath);
    return this.#identity;
  }
}

/** Work on a shared thread, in slices. */
class Turns {
  #start = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#start > SLICE_MILLISECONDS;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.#start = performance.now();
  }
}

/** Looks at what other processes have written meanwhile only where something is missing. */
async function readAll(space: CacheSpace, keys: readonly Key[]): Promise<Map<Key, Buffer>> {
  const known = await space.read(keys);
  if (known.size < keys.length) {
    await space.refresh();
    for (const [key, value] of await space.read(keys.filter((each) => !known.has(each)))) {
      known.set(key, value);
    }
  }
  return known;
}

async function recall<T>(space: CacheSpace, key: Key): Promise<T | null> {
  return parse<T>((await space.read([key])).get(key));
}

/** Behind a matching checksum and under a hash of all that it depends on stands what `keep` wrote there, of the same type. */
function parse<T>(value: Buffer | undefined): T | null {
  if (value === undefined) {
    return null;
  }
  try {
    return JSON.parse(value.toString('utf8')) as T;
  } catch {
    return null;
  }
}

/** JSON gives back every finite number as it was (but for the sign of a zero). What holds another one is not kept. */
function keep(space: CacheSpace | null, key: Key, value: object): void {
  let exact = true;
  const json = JSON.stringify(value, (_key, each: unknown) => {
    exact &&= typeof each !== 'number' || Number.isFinite(each);
    return each;
  });
  if (exact) {
    space?.put(key, Buffer.from(json));
  }
}
