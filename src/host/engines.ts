import { join } from 'node:path';
import * as vscode from 'vscode';
import { abortable } from '../client/abortable';
import { CachedEngine } from '../client/cache/cachedEngine';
import { cacheFolder } from '../client/cache/cacheFolder';
import { DiskCache } from '../client/cache/diskCache';
import { EngineClient, type EngineClientOptions, type EngineState } from '../client/engineClient';
import type { Project } from '../client/project';
import { SeepError } from '../core/errors';
import { classWarnings } from '../core/forget/warnings';
import { grouped, plural, t } from '../core/l10n';
import type { Hello, ModelInfo, OpenResult } from '../protocol/engine';
import { onDidLeaveWorkspace } from './leftFolders';
import { scoringKey, shownPath } from './projects';
import { setting } from './settings';

/** An engine child that has a project's models and facts loaded. */
export interface OpenEngine {
  readonly client: CachedEngine;
  readonly opened: OpenResult;
  /** Given once the work is no longer wanted, or the child is to have other models or facts. Whatever is asked of it takes this. */
  readonly signal: AbortSignal;
}

/** Thrown where work has come to an end because the project's models or facts are others now. */
export class SupersededError extends SeepError {
  constructor({ configPath }: Project) {
    super(
      'config',
      t(
        'The settings, the forget set or the models of {0} have changed while this ran. Run it again: what was scored by then need not be scored again.',
        shownPath(configPath ?? ''),
      ),
      configPath ?? undefined,
    );
  }
}

interface Slot {
  readonly client: CachedEngine;
  /** What `open` was last asked to load, by {@link scoringKey}. */
  key: string;
  open: Promise<OpenResult>;
  /** What came of it; null while it is under way. */
  opened: OpenResult | null;
  state: EngineState;
  /** Pieces of work under way; each is ended by its controller where the next is to have other models or facts. */
  readonly works: Set<AbortController>;
}

/** Children that are kept with their models loaded while nothing uses them. */
const MAX_IDLE = 2;

/**
 * The engine children: one for each seep.json in use, so that two projects in one window never take each other's models
 * away. Nothing is started before {@link use}.
 */
export class Engines implements vscode.Disposable {
  /** By seep.json, those used longest ago first. */
  readonly #slots = new Map<string, Slot>();
  readonly #stateChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeState = this.#stateChanged.event;
  readonly #unscorable = new vscode.EventEmitter<SeepError>();
  /** Some facts of a forget set that was just loaded cannot be scored. */
  readonly onDidFindUnscorable = this.#unscorable.event;

  readonly #fallenBack = new vscode.EventEmitter<SeepError>();
  /** `auto` takes the CPU although a GPU was set up for it; said once in a window. */
  readonly onDidFallBack = this.#fallenBack.event;
  #saidFallback = false;
  readonly #cache: DiskCache;
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly extensionPath: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscription = onDidLeaveWorkspace((hasLeft) => this.#end([...this.#slots.keys()].filter(hasLeft)));
    this.#cache = new DiskCache(cacheFolder(), (notice) => log.warn(notice));
  }

  /**
   * Does `work` with the project's models and facts, loading them first unless they are loaded. Rejects with what `work`
   * rejects with, or with SeepError `model`, `engine` or `cancelled`. Work that has others under way in the same child ends with a
   * {@link SupersededError}: its results would be a mixture.
   */
  async use<T>(
    project: Project,
    wanted: AbortSignal | undefined,
    work: (engine: OpenEngine) => Promise<T>,
  ): Promise<T> {
    const slot = this.#take(project);
    const key = scoringKey(project);
    if (slot.key !== key) {
      for (const other of slot.works) {
        other.abort();
      }
      this.#open(slot, key, project);
    }
    const superseded = new AbortController();
    slot.works.add(superseded);
    const signal = wanted ? AbortSignal.any([wanted, superseded.signal]) : superseded.signal;
    try {
      return await work({ client: slot.client, opened: await abortable(slot.open, signal), signal });
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
      // A signal that comes while a file is read ends the reading with an error of the system's.
      throw wanted?.aborted ? new SeepError('cancelled', 'Cancelled.') : new SupersededError(project);
    } finally {
      slot.works.delete(superseded);
      this.#endIdle();
    }
  }

  /** Does `work` with a child of its own that has the project's models but no facts loaded, and is gone afterwards. */
  async apart<T>(project: Project, signal: AbortSignal, work: (engine: OpenEngine) => Promise<T>): Promise<T> {
    const { teacher, student, reference, provider } = project;
    const { client } = this.#create();
    try {
      const opened = await client.open({ teacher, student, reference, provider }, signal);
      return await work({ client, opened, signal });
    } finally {
      await client.dispose();
    }
  }

  /** A child that is nobody else's and has nothing loaded. Whoever takes it disposes of it. */
  alone(): CachedEngine {
    return this.#create().client;
  }

  /** Does `work` with a child of its own in which nothing is loaded nor known from before, and which is gone afterwards. */
  async withFresh<T>(work: (engine: EngineClient) => Promise<T>): Promise<T> {
    const client = new EngineClient(this.#options(() => {}));
    try {
      return await work(client);
    } finally {
      await client.dispose();
    }
  }

  /** The project's models where they are loaded. */
  modelsOf(project: Project): OpenResult['models'] | null {
    const slot = this.#slots.get(nameOf(project));
    return slot?.key === scoringKey(project) ? (slot.opened?.models ?? null) : null;
  }

  /** What the project's child says about itself; starts it, but loads nothing. */
  hello(project: Project): Promise<Hello> {
    return this.#take(project).client.hello();
  }

  get states(): readonly EngineState[] {
    return [...this.#slots.values()].map(({ state }) => state);
  }

  /** Ends every child. The next request starts afresh and reads the models from disk again. */
  async restart(): Promise<void> {
    await this.#end([...this.#slots.keys()]);
    this.#stateChanged.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    void this.restart();
    this.#stateChanged.dispose();
    this.#unscorable.dispose();
    this.#fallenBack.dispose();
  }

  #take(project: Project): Slot {
    const name = nameOf(project);
    const slot = this.#slots.get(name) ?? this.#create();
    this.#slots.delete(name);
    this.#slots.set(name, slot);
    return slot;
  }

  #open(slot: Slot, key: string, project: Project): void {
    slot.key = key;
    slot.opened = null;
    slot.open = this.#load(slot.client, project).then((opened) => {
      if (slot.key === key) {
        slot.opened = opened;
      }
      return opened;
    });
    // Whoever waits hears of a failure; the slot itself only must not stay failed.
    slot.open.catch(() => {
      if (slot.key === key) {
        slot.key = '';
      }
    });
  }

  #endIdle(): void {
    const idle = [...this.#slots].filter(([, { works }]) => works.size === 0).map(([name]) => name);
    void this.#end(idle.slice(0, Math.max(0, idle.length - MAX_IDLE)));
  }

  async #end(names: readonly string[]): Promise<void> {
    const slots = names.flatMap((name) => this.#slots.get(name) ?? []);
    for (const name of names) {
      this.#slots.delete(name);
    }
    await Promise.all(slots.map(({ client }) => client.dispose()));
  }

  #create(): Slot {
    const client = new CachedEngine(
      this.#options((state) => {
        slot.state = state;
        this.#stateChanged.fire();
      }),
      setting('cache') ? this.#cache : null,
    );
    const open = Promise.reject<OpenResult>(new Error('nothing was opened'));
    open.catch(() => {});
    const slot: Slot = { client, key: '', open, opened: null, state: { kind: 'stopped' }, works: new Set() };
    return slot;
  }

  #options(onState: (state: EngineState) => void): EngineClientOptions {
    const threads = Math.max(0, Math.floor(setting('threads')));
    return {
      ...(threads > 0 ? { threads } : {}),
      enginePath: join(this.extensionPath, 'dist', 'engine.js'),
      log: (line) => this.log.info(`engine: ${line}`),
      onState: (state) => {
        this.log.info(`engine: ${state.kind}${state.message === undefined ? '' : `: ${state.message}`}`);
        onState(state);
      },
    };
  }

  async #load(client: CachedEngine, project: Project): Promise<OpenResult> {
    const { teacher, student, reference, provider } = project;
    const opened = await client.open({ teacher, student, reference, provider });
    if (opened.fallback !== null && !this.#saidFallback) {
      this.#saidFallback = true;
      this.#fallenBack.fire(new SeepError('provider', opened.fallback));
    }
    const { unscorable, classes } = await client.setForgetSet(project.facts);
    const { models } = opened;
    for (const [role, model] of Object.entries(models) as [string, ModelInfo | null][]) {
      if (model) {
        this.log.info(`${role}: ${model.architecture ?? 'model'}, ${model.bytes} bytes, ${model.hash.slice(0, 12)}`);
      }
    }
    for (const notice of opened.notices) {
      this.log.info(notice);
    }
    for (const { line, message } of classWarnings(project.facts, classes, models.teacher?.tokenizerVocabulary ?? 0)) {
      this.log.warn(`forget set, line ${line}: ${message}`);
    }
    for (const { fact, message } of unscorable) {
      this.log.warn(`fact ${JSON.stringify(fact)} cannot be scored: ${message}`);
    }
    const [first] = unscorable;
    if (first !== undefined) {
      this.#unscorable.fire(
        new SeepError(
          'forget-set',
          plural(
            project.facts.length,
            '{1} of {0} fact cannot be scored and will show no leaks, for example {2}: {3}',
            '{1} of {0} facts cannot be scored and will show no leaks, for example {2}: {3}',
            grouped(unscorable.length),
            JSON.stringify(first.fact),
            first.message,
          ),
          project.forgetSetPath,
        ),
      );
    }
    return opened;
  }
}

function nameOf({ configPath, root }: Project): string {
  return configPath ?? root;
}
