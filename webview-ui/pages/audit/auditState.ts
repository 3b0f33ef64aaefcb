import { type ReadonlySignal, signal } from '@preact/signals';
import type { AuditScope, AuditSnapshot, AuditView, FromAudit, ToAudit } from '../../../src/protocol/audit';
import type { PageMessage } from '../../components/Page';
import { savedState } from '../../savedState';
import type { Sorting } from '../../sorting';
import type { Host } from '../../vscodeApi';

const STATE_VERSION = 1;

const DEFAULT_SORTING: Sorting = { key: 'after', descending: true };

interface SavedState {
  readonly version: number;
  readonly sorting: Sorting;
  /** Both are read by the extension when VS Code restores the page. */
  readonly scope: AuditScope | null;
  readonly view: AuditView | null;
  /** How far down the page was when a record was opened from it, in CSS pixels. */
  readonly scroll: number;
}

/** What the page knows: the last snapshot, brought up to date by what came since. */
export class AuditState {
  readonly #snapshot = signal<AuditSnapshot | null>(null);
  readonly #message = signal<PageMessage | null>(null);
  readonly #sorting = signal(DEFAULT_SORTING);
  readonly snapshot: ReadonlySignal<AuditSnapshot | null> = this.#snapshot;
  readonly message: ReadonlySignal<PageMessage | null> = this.#message;
  /** Of the facts. */
  readonly sorting: ReadonlySignal<Sorting> = this.#sorting;
  /** Kept while there is no snapshot, so that a page that waits forgets nothing. */
  #saved: Pick<SavedState, 'scope' | 'view' | 'scroll'> = { scope: null, view: null, scroll: 0 };
  /** Where a page that comes back is to be scrolled to, once it shows something. */
  #scrollTo = 0;

  constructor(private readonly host: Host<ToAudit, FromAudit>) {
    const saved = savedState<SavedState>(host, STATE_VERSION);
    if (saved !== null) {
      this.#sorting.value = saved.sorting;
      this.#saved = { scope: saved.scope, view: saved.view, scroll: 0 };
      this.#scrollTo = saved.scroll;
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

  show(view: AuditView): void {
    this.host.post({ type: 'view', view });
  }

  /** The record comes up in front of the page, which VS Code throws away until people come back to it. */
  open(row: number): void {
    this.#saved = { ...this.#saved, scroll: window.scrollY };
    this.#save();
    this.host.post({ type: 'open', row });
  }

  run(): void {
    this.host.post({ type: 'run' });
  }

  cancel(): void {
    this.host.post({ type: 'cancel' });
  }

  #receive(message: ToAudit): void {
    const snapshot = this.#snapshot.value;
    switch (message.type) {
      case 'snapshot':
        this.#message.value = null;
        this.#show(message.snapshot);
        return;
      case 'progress':
        this.#snapshot.value = snapshot && { ...snapshot, activity: message.activity };
        return;
      case 'part':
        if (snapshot !== null && snapshot.result !== null) {
          this.#show({ ...snapshot, result: { ...snapshot.result, part: message.part } });
        }
        return;
      case 'message':
        this.#snapshot.value = null;
        this.#message.value = message;
        return;
    }
  }

  #show(snapshot: AuditSnapshot): void {
    this.#snapshot.value = snapshot;
    this.#saved = { ...this.#saved, scope: snapshot.scope, view: snapshot.result?.part.view ?? this.#saved.view };
    this.#save();
    if (snapshot.result !== null && this.#scrollTo > 0) {
      const top = this.#scrollTo;
      this.#scrollTo = 0;
      requestAnimationFrame(() => window.scrollTo({ top }));
    }
  }

  #save(): void {
    this.host.save({ version: STATE_VERSION, sorting: this.#sorting.value, ...this.#saved } satisfies SavedState);
  }
}
