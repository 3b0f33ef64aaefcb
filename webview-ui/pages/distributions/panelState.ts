import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { FromPanel, PanelPlace, PanelSnapshot, ToPanel } from '../../../src/protocol/panel';
import type { PageMessage } from '../../components/Page';
import { clamp } from '../../numbers';
import { savedState } from '../../savedState';
import type { Host } from '../../vscodeApi';
import { type PositionView, positionView } from './positionView';
import type { ScaleKind } from './probabilityScale';
import { destination, type Mark, type Move, marksOf } from './recordStrip';

export const MIN_TOP_K = 5;
export const MAX_TOP_K = 50;
/** Pinned cards are kept as data in the webview's state: few. */
export const MAX_PINS = 4;

/** Anything quicker than this shows no sign of waiting: it would only flash. */
const BUSY_AFTER_MS = 150;
/** A slider that is being dragged asks for nothing until it rests this long. */
const SETTLE_MS = 120;
/** Keys held down ask for a token at most this often. */
const REPEAT_MS = 90;

const STATE_VERSION = 6;

interface SavedState {
  readonly version: number;
  readonly scale: ScaleKind;
  readonly topK: number | null;
  readonly pins: readonly PositionView[];
  /** Read by the extension when VS Code restores the page. */
  readonly place: PanelPlace | null;
}

/**
 * What the panel knows and how it changes. Selections and controls change at once; the numbers follow when the host has
 * answered. Every request has a number, and snapshots that answer an older one are dropped.
 */
export class PanelState {
  readonly #snapshot = signal<PanelSnapshot | null>(null);
  readonly #message = signal<PageMessage | null>(null);
  readonly #selected = signal(0);
  readonly #temperature = signal(1);
  readonly #topK = signal(10);
  readonly #scale = signal<ScaleKind>('linear');
  readonly #pins = signal<readonly PositionView[]>([]);
  readonly #pointed = signal<number | null>(null);
  readonly #busy = signal(true);
  readonly #showBusy = signal(false);

  /** Number of the newest request sent, of the newest one answered. */
  #sent = 0;
  #answered = 0;
  #wantedTopK: number | null = null;
  readonly #timers = new Map<'select' | 'temperature' | 'topK', number>();
  /** What the editor was told last of the pointer in the strip. */
  #pointedAt: number | null = null;
  /** Kept while there is no snapshot, so that a page that waits forgets nothing. */
  #place: PanelPlace | null = null;
  #lastSelect = Number.NEGATIVE_INFINITY;

  readonly snapshot: ReadonlySignal<PanelSnapshot | null> = this.#snapshot;
  /** Instead of a snapshot: why there is none. */
  readonly message: ReadonlySignal<PageMessage | null> = this.#message;
  /** Position that the user is at; ahead of the snapshot's while the host works. */
  readonly selected: ReadonlySignal<number> = this.#selected;
  readonly temperature: ReadonlySignal<number> = this.#temperature;
  readonly topK: ReadonlySignal<number> = this.#topK;
  readonly scale: ReadonlySignal<ScaleKind> = this.#scale;
  /** Position of the token that the pointer is over in the editor. */
  readonly pointed: ReadonlySignal<number | null> = this.#pointed;
  readonly pins: ReadonlySignal<readonly PositionView[]> = this.#pins;
  /** What is shown is no longer (or not yet) what was asked for, for so long that it should be seen. */
  readonly waiting: ReadonlySignal<boolean> = this.#showBusy;
  readonly view = computed(() => this.#snapshot.value && positionView(this.#snapshot.value));
  readonly marks: ReadonlySignal<ReadonlyMap<number, Mark>> = computed(() => {
    const snapshot = this.#snapshot.value;
    return snapshot === null ? new Map() : marksOf(snapshot.leaks, snapshot.threshold);
  });

  constructor(private readonly host: Host<ToPanel, FromPanel>) {
    this.#restore();
    effect(() => this.#showBusyLater(this.#busy.value));
    host.onMessage((message) => this.#receive(message));
  }

  start(): void {
    this.host.post({ type: 'ready' });
  }

  /** Has what was there before the window was reloaded shown again. */
  showAgain(): void {
    this.#busy.value = true;
    this.host.post({ type: 'show' });
  }

  /** @param held the key is being held down: requests are spaced out */
  move(move: Move, held = false): boolean {
    const snapshot = this.#snapshot.value;
    if (snapshot === null) {
      return false;
    }
    const target = destination(move, this.#selected.value, snapshot, this.marks.value);
    if (target !== null) {
      this.select(target, held);
    }
    return target !== null;
  }

  select(position: number, held = false): void {
    this.#selected.value = position;
    this.#busy.value = true;
    const now = performance.now();
    const wait = held ? Math.max(0, this.#lastSelect + REPEAT_MS - now) : 0;
    this.#later('select', wait, () => {
      this.#lastSelect = performance.now();
      this.host.post({ type: 'select', seq: ++this.#sent, position });
    });
  }

  setTemperature(value: number, settle = true): void {
    if (value === this.#temperature.value) {
      return;
    }
    this.#temperature.value = value;
    this.#busy.value = true;
    this.#later('temperature', settle ? SETTLE_MS : 0, () =>
      this.host.post({ type: 'temperature', seq: ++this.#sent, value }),
    );
  }

  setTopK(value: number): void {
    const next = clamp(Math.round(value), MIN_TOP_K, MAX_TOP_K);
    if (next === this.#topK.value) {
      return;
    }
    this.#topK.value = next;
    this.#wantedTopK = next;
    this.#busy.value = true;
    this.#later('topK', SETTLE_MS, () => this.host.post({ type: 'topK', seq: ++this.#sent, value: next }));
    this.#save();
  }

  setScale(scale: ScaleKind): void {
    this.#scale.value = scale;
    this.#save();
  }

  /** Keeps the numbers shown as a card of their own; the oldest makes room. */
  pin(view: PositionView): void {
    this.#pins.value = [...this.#pins.value, view].slice(-MAX_PINS);
    this.#save();
  }

  unpin(view: PositionView): void {
    this.#pins.value = this.#pins.value.filter((pinned) => pinned !== view);
    this.#save();
  }

  /** Asks for a fact's answers token by token; null: for none any more. */
  follow(fact: string | null): void {
    this.#busy.value = true;
    this.host.post({ type: 'follow', seq: ++this.#sent, fact });
  }

  copy(text: string): void {
    this.host.post({ type: 'copy', text });
  }

  /**
   * Puts a picture on the clipboard. False: this page may not, and the host asks where to save it.
   * @param png in base64
   */
  async copyPicture(png: string): Promise<boolean> {
    try {
      const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
      const type = 'image/png';
      await navigator.clipboard.write([new ClipboardItem({ [type]: new Blob([bytes], { type }) })]);
      return true;
    } catch {
      this.host.post({ type: 'savePicture', png });
      return false;
    }
  }

  /** Has the editor mark a token; null: none. */
  point(position: number | null): void {
    this.#pointed.value = null;
    if (position !== this.#pointedAt) {
      this.#pointedAt = position;
      this.host.post({ type: 'point', position });
    }
  }

  #receive(message: ToPanel): void {
    switch (message.type) {
      case 'busy':
        this.#busy.value = true;
        return;
      case 'pointed':
        this.#pointed.value = message.position;
        return;
      case 'message':
        this.#snapshot.value = null;
        this.#message.value = message;
        this.#answered = this.#sent;
        this.#busy.value = false;
        return;
      case 'snapshot':
        if (message.seq >= this.#sent) {
          this.#answered = message.seq;
          this.#show(message.snapshot);
        }
        return;
    }
  }

  #show(snapshot: PanelSnapshot): void {
    this.#message.value = null;
    this.#snapshot.value = snapshot;
    this.#pointed.value = null;
    this.#place = snapshot.place;
    this.#save();
    // A control that is still being moved keeps its place; its request is about to be sent.
    if (!this.#timers.has('select')) {
      this.#selected.value = snapshot.inspection.position;
    }
    if (!this.#timers.has('temperature')) {
      this.#temperature.value = snapshot.inspection.temperature;
    }
    if (!this.#timers.has('topK')) {
      this.#topK.value = snapshot.topK;
    }
    this.#busy.value = this.#timers.size > 0 || this.#answered < this.#sent;
    const wanted = this.#wantedTopK;
    if (wanted !== null && wanted !== snapshot.topK && this.#sent === 0) {
      // The first snapshot after a reload: the number of rows is the user's, the host need not remember it.
      this.setTopK(wanted);
    }
  }

  /** Runs `fire` after `ms`; a later call for the same thing takes its place. */
  #later(what: 'select' | 'temperature' | 'topK', ms: number, fire: () => void): void {
    clearTimeout(this.#timers.get(what));
    this.#timers.delete(what);
    if (ms === 0) {
      fire();
      return;
    }
    const timer = window.setTimeout(() => {
      this.#timers.delete(what);
      fire();
    }, ms);
    this.#timers.set(what, timer);
  }

  #showBusyLater(busy: boolean): (() => void) | undefined {
    if (!busy) {
      this.#showBusy.value = false;
      return undefined;
    }
    const timer = setTimeout(() => {
      this.#showBusy.value = true;
    }, BUSY_AFTER_MS);
    return () => clearTimeout(timer);
  }

  #save(): void {
    this.host.save({
      version: STATE_VERSION,
      scale: this.#scale.value,
      topK: this.#wantedTopK,
      pins: this.#pins.value,
      place: this.#place,
    } satisfies SavedState);
  }

  #restore(): void {
    const saved = savedState<SavedState>(this.host, STATE_VERSION);
    if (saved === null) {
      return;
    }
    this.#scale.value = saved.scale === 'log' ? 'log' : 'linear';
    this.#pins.value = saved.pins;
    this.#place = saved.place;
    this.#wantedTopK = saved.topK;
    this.#topK.value = saved.topK ?? this.#topK.value;
  }
}
