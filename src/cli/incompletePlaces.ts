import type { Incomplete } from '../core/report/summary';
import type { Messages } from './messages';
import type { ScanFormat } from './scanReport';

/** Places said per file on stderr. */
const SAID_PER_FILE = 20;

/** Formats of reports that list every place. */
const WHOLE_FORMATS: readonly string[] = ['jsonl', 'json', 'sarif'] satisfies ScanFormat[];

/** Says what cannot be scored as it turns up, and counts it. */
export class IncompletePlaces {
  #count = 0;
  readonly #said = new Map<string, number>();

  /** @param rest where people find what is not said because there is too much of it */
  constructor(
    private readonly messages: Messages,
    private readonly rest = 'they are all left out',
  ) {}

  /** For a report, which lists them all or not by its format. */
  static ofReport(messages: Messages, format: string): IncompletePlaces {
    const listsAll = WHOLE_FORMATS.includes(format);
    return new IncompletePlaces(
      messages,
      `${listsAll ? 'the report' : `--format ${WHOLE_FORMATS[0]}`} lists all of them`,
    );
  }

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
