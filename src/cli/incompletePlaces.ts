import type { Incomplete } from '../core/report/summary';
import type { Messages } from './messages';

/** Places said per file on stderr. */
const SAID_PER_FILE = 20;

/** Says what cannot be scored as it turns up, and counts it. */
export class IncompletePlaces {
  #count = 0;
  readonly #said = new Map<string, number>();

  /** @param rest where people find what is not said because there is too much of it */
  constructor(
    private readonly messages: Messages,
    private readonly rest = 'they are all left out',
  ) {}

  get count(): number {
    return this.#count;
  }

  add(place: Incomplete, column: number): void {
    this.#count++;
    const said = (this.#said.get(place.file) ?? 0) + 1;
    this.#said.set(place.file, said);
    if (said <= SAID_PER_FILE) {
      this.messages.say(`${place.file}:${place.line}:${column}: ${place.message}`);
    } else if (said === SAID_PER_FILE + 1) {
      this.messages.say(`${place.file}: more places like these; ${this.rest}`);
    }
  }
}
