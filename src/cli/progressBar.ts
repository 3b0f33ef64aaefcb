const CELLS = 24;
const EVERY_MS = 100;

/** A line at the foot of the terminal that says how far the work is. Silent where stderr is no terminal. */
export class ProgressBar {
  #shown = '';
  #last = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** `fraction` in [0, 1]. */
  show(fraction: number, label: () => string): void {
    const now = Date.now();
    if (this.stream.isTTY !== true || now - this.#last < EVERY_MS) {
      return;
    }
    this.#last = now;
    const bounded = Math.min(1, Math.max(0, fraction));
    const full = Math.floor(bounded * CELLS);
    const bar = `${'█'.repeat(full)}${'░'.repeat(CELLS - full)}`;
    const line = `${bar} ${String(Math.floor(bounded * 100)).padStart(3)} %  ${label()}`;
    const cut = line.slice(0, Math.max(0, this.stream.columns - 1));
    if (cut !== this.#shown) {
      this.stream.write(`\r${cut}\u001b[K`);
      this.#shown = cut;
    }
  }

  /** Takes the bar away, so that other text can be written. */
  clear(): void {
    if (this.#shown !== '') {
      this.stream.write('\r\u001b[K');
      this.#shown = '';
      this.#last = 0;
    }
  }
}
