import { type ReadonlySignal, signal } from '@preact/signals';
import type { FromProbe, ProbeScope, ProbeSnapshot, ToProbe } from '../../../src/protocol/probe';
import type { PageMessage } from '../../components/Page';
import { savedState } from '../../savedState';
import type { Sorting } from '../../sorting';
import type { Host } from '../../vscodeApi';

const STATE_VERSION = 1;

/** As the snapshot has them: what should have been forgotten and is known best comes first. */
const AS_SENT: Sorting = { key: '', descending: true };

/** A cell, by fact and by name of the model. */
export interface Picked {
  readonly fact: string;
  readonly model: string;
}

interface SavedState {
  readonly version: number;
  /** Read by the extension when VS Code restores the page. */
  readonly scope: ProbeScope | null;
  readonly sorting: Sorting;
  readonly filter: string;
  readonly picked: Picked | null;
}

/** What the page knows: the last snapshot, and how people look at it. */
export class ProbeState {
  readonly #snapshot = signal<ProbeSnapshot | null>(null);
  readonly #message = signal<PageMessage | null>(null);
  readonly #sorting = signal(AS_SENT);
  readonly #filter = signal('');
  readonly #picked = signal<Picked | null>(null);
  readonly snapshot: ReadonlySignal<ProbeSnapshot | null> = this.#snapshot;
  readonly message: ReadonlySignal<PageMessage | null> = this.#message;
  readonly sorting: ReadonlySignal<Sorting> = this.#sorting;
  readonly filter: ReadonlySignal<string> = this.#filter;
  /** The cell whose prompts are shown. */
  readonly picked: ReadonlySignal<Picked | null> = this.#picked;
  /** Kept while there is no snapshot, so that a page that waits forgets nothing. */
  #scope: ProbeScope | null = null;

  constructor(private readonly host: Host<ToProbe, FromProbe>) {
    const saved = savedState<SavedState>(host, STATE_VERSION);
    if (saved !== null) {
      this.#scope = saved.scope;
      this.#sorting.value = saved.sorting;
      this.#filter.value = saved.filter;
      this.#picked.value = saved.picked;
    }
    host.onMessage((message) => this.#receive(message));
  }

  start(): void {
    this.host.post({ type: 'ready' });
  }

  sort(sorting: Sorting): void {
    this.#sorting.value = sorting;
    this.#save();
  }

  filterBy(text: string): void {
    this.#filter.value = text;
    this.#save();
  }

  /** Picking a cell once more lets go of it. */
  pick(picked: Picked | null): void {
    const now = this.#picked.value;
    const isSame = now !== null && now.fact === picked?.fact && now.model === picked.model;
    this.#picked.value = isSame ? null : picked;
    this.#save();
  }

  post(message: FromProbe): void {
    this.host.post(message);
  }

  #receive(message: ToProbe): void {
    const snapshot = this.#snapshot.value;
    switch (message.type) {
      case 'snapshot':
        this.#message.value = null;
        this.#snapshot.value = message.snapshot;
        this.#scope = message.snapshot.scope;
        this.#save();
        return;
      case 'progress':
        this.#snapshot.value = snapshot && { ...snapshot, activity: message.activity };
        return;
      case 'message':
        this.#snapshot.value = null;
        this.#message.value = message;
        return;
    }
  }

  #save(): void {
    this.host.save({
      version: STATE_VERSION,
      scope: this.#scope,
      sorting: this.#sorting.value,
      filter: this.#filter.value,
      picked: this.#picked.value,
    } satisfies SavedState);
  }
}
