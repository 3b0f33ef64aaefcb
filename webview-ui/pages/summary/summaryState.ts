import { type ReadonlySignal, signal } from '@preact/signals';
import type { Place } from '../../../src/protocol/place';
import type { FromSummary, RecordsPart, RecordsView, SummarySnapshot, ToSummary } from '../../../src/protocol/summary';
import type { PageMessage } from '../../components/Page';
import { savedState } from '../../savedState';
import type { Sorting } from '../../sorting';
import type { Host } from '../../vscodeApi';

const STATE_VERSION = 1;

export type TableName = 'facts' | 'files' | 'records' | 'unnamed';

type Sortings = Readonly<Record<TableName, Sorting>>;

const DEFAULT_SORTINGS: Sortings = {
  facts: { key: 'exposure', descending: true },
  files: { key: 'leaks', descending: true },
  records: { key: 'lift', descending: true },
  unnamed: { key: 'bits', descending: true },
};

interface SavedState {
  readonly version: number;
  /** Read by the extension when VS Code restores the page. */
  readonly scope: SummarySnapshot['scope'] | null;
  readonly sortings: Sortings;
}

/** What the page knows: the last snapshot, brought up to date by what came since. */
export class SummaryState {
  readonly #snapshot = signal<SummarySnapshot | null>(null);
  readonly #records = signal<RecordsPart | null>(null);
  readonly #message = signal<PageMessage | null>(null);
  readonly #sortings = signal<Sortings>(DEFAULT_SORTINGS);
  readonly snapshot: ReadonlySignal<SummarySnapshot | null> = this.#snapshot;
  /** Null until a scan has ended. */
  readonly records: ReadonlySignal<RecordsPart | null> = this.#records;
  readonly message: ReadonlySignal<PageMessage | null> = this.#message;
  readonly sortings: ReadonlySignal<Sortings> = this.#sortings;
  #scope: SavedState['scope'] = null;

  constructor(private readonly host: Host<ToSummary, FromSummary>) {
    const saved = savedState<SavedState>(host, STATE_VERSION);
    if (saved !== null) {
      this.#scope = saved.scope;
      this.#sortings.value = { ...DEFAULT_SORTINGS, ...saved.sortings };
    }
    host.onMessage((message) => this.#receive(message));
  }

  start(): void {
    this.host.post({ type: 'ready' });
  }

  sort(table: TableName, sorting: Sorting): void {
    this.#sortings.value = { ...this.#sortings.value, [table]: sorting };
    this.#save();
  }

  open(place: Place): void {
    this.host.post({ type: 'open', place });
  }

  showRecords(view: RecordsView): void {
    this.host.post({ type: 'records', view });
  }

  scan(): void {
    this.host.post({ type: 'scan' });
  }

  cancel(): void {
    this.host.post({ type: 'cancel' });
  }

  report(): void {
    this.host.post({ type: 'report' });
  }

  #receive(message: ToSummary): void {
    switch (message.type) {
      case 'snapshot':
        this.#message.value = null;
        this.#snapshot.value = message.snapshot;
        if (['loading', 'scanning'].includes(message.snapshot.activity.kind)) {
          this.#records.value = null;
        }
        this.#scope = message.snapshot.scope;
        this.#save();
        return;
      case 'records':
        this.#records.value = message.part;
        return;
      case 'progress':
        if (this.#snapshot.value !== null) {
          this.#snapshot.value = { ...this.#snapshot.value, activity: message.activity };
        }
        return;
      case 'message':
        this.#snapshot.value = null;
        this.#message.value = message;
        return;
    }
  }

  #save(): void {
    const state: SavedState = { version: STATE_VERSION, scope: this.#scope, sortings: this.#sortings.value };
    this.host.save(state);
  }
}
