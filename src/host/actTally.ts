import { Largest } from '../core/report/largest';
import type { ActKind } from './actKind';
import type { ActTarget } from './actPlaces';

/** Records that are named as examples of all, those with the highest lifts. */
const MOST_EXAMPLES = 10;

/** A place in a record that an act is about, as a command finds it again. */
export interface ActExample {
  /** Of the document that shows the record, or of its file. */
  readonly uri: string;
  /** Its index in the file. */
  readonly record: number;
  readonly line: number;
  /** UTF-16 range in its text. */
  readonly start: number;
  readonly end: number;
  /** Of the worst leak there; null: nothing leaks. */
  readonly fact: string | null;
  readonly lift: number;
}

export interface ActCounts {
  readonly records: number;
  /** Positions in them. */
  readonly places: number;
}

export interface FileCounts extends ActCounts {
  readonly uri: string;
  readonly kind: ActKind;
  readonly example: ActExample;
}

export interface FactCounts {
  readonly fact: string;
  readonly project: ActTarget['project'];
  readonly leaks: number;
  readonly example: ActExample;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts what an act is about, by file and by fact. Memory grows with these, not with the records. */
export class ActTally {
  readonly #files = new Map<string, Mutable<FileCounts>>();
  readonly #facts = new Map<string, Mutable<FactCounts>>();
  readonly #examples = new Largest<ActExample>(MOST_EXAMPLES, ({ lift }) => lift);
  #records = 0;

  /**
   * Adds a record.
   * @param kind what is done about it
   * @param targets that are all of this record, at least one
   */
  add(uri: string, kind: ActKind, targets: readonly ActTarget[]): void {
    const [first] = targets;
    if (first === undefined) {
      return;
    }
    this.#records++;
    const leaks = targets.flatMap((target) => target.leaks.map((leak) => ({ leak, project: target.project })));
    const examples = leaks.map(({ leak }) => exampleOf(uri, first, leak));
    const worst = examples.reduce((a, b) => (b.lift > a.lift ? b : a), examples[0] ?? exampleOf(uri, first, null));
    this.#examples.add(worst);
    const file = this.#files.get(uri) ?? { uri, kind, records: 0, places: 0, example: worst };
    file.records++;
    file.places += new Set(leaks.map(({ leak }) => leak.position)).size;
    this.#files.set(uri, file);
    for (const [i, { leak, project }] of leaks.entries()) {
      const key = `${project.configPath}\0${leak.fact}`;
      const fact = this.#facts.get(key) ?? { fact: leak.fact, project, leaks: 0, example: examples[i] ?? worst };
      fact.leaks++;
      this.#facts.set(key, fact);
    }
  }

  get records(): number {
    return this.#records;
  }

  /** In the order in which they were added. */
  get files(): readonly FileCounts[] {
    return [...this.#files.values()];
  }

  /** Those with the most leaks first. */
  get facts(): readonly FactCounts[] {
    return [...this.#facts.values()].sort((a, b) => b.leaks - a.leaks);
  }

  /** The worst first. */
  get examples(): readonly ActExample[] {
    return this.#examples.items;
  }
}

function exampleOf(uri: string, { record }: ActTarget, leak: ActTarget['leaks'][number] | null): ActExample {
  const { start, end, fact, lift } = leak ?? { start: 0, end: 0, fact: null, lift: 0 };
  return { uri, record: record.index, line: record.line, start, end, fact, lift };
}
