import { decisionOn } from '../decisions/decidedLeaks';
import type { Decision } from '../decisions/decision';
import type { Fact } from '../forget/fact';
import type { CorpusRecord } from '../records/record';
import type { Leak, RecordScores } from '../score/leak';
import { sliceWhole } from '../text/sliceWhole';
import { contextSimilarity } from './contextSimilarity';
import { Largest } from './largest';
import { LiftHistogram } from './liftHistogram';
import type { Incomplete } from './summary';
import { Tally } from './tally';
import { largestUnattributed, type UnattributedPosition } from './unattributed';

/** What is kept one by one; the rest is counted. With these, memory grows with the facts and the files, never with the records. */
export const KEPT = { records: 200, leaks: 5000, leaksPerFact: 10, unattributed: 200, incomplete: 200 } as const;

/** Longest piece of a record that is kept before and behind a token, of a token and of a record's id, in UTF-16 units. */
export const EXCERPT = 48;
const MAX_TOKEN = 80;
const MAX_ID = 100;

/** A record as far as it can be named and found again. */
export interface FoundRecord {
  /** As the scan names it. */
  readonly file: string;
  readonly index: number;
  readonly id: string;
  readonly line: number;
  /** By which decisions know its text; null where nobody asks about them. */
  readonly hash: string | null;
}

/** What is decided about a record. */
export interface DecidedRecord {
  readonly hash: string;
  readonly decisions: readonly Decision[];
}

/** A place with a little of the text around it. */
export interface FoundPlace {
  readonly record: FoundRecord;
  /** UTF-16 range of the predicted token in the record's text. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  /** The predicted token's text; its beginning where it is long. */
  readonly token: string;
  readonly after: string;
}

/** A leak at or above the threshold. */
export interface FoundLeak extends FoundPlace {
  readonly leak: Leak;
  readonly similarity: number | null;
}

/** A place at which the teacher knows something that no fact names. */
export interface FoundUnattributed extends FoundPlace {
  readonly at: UnattributedPosition;
}

/** A record that leaks, with the worst of its leaks. */
export interface LeakingRecord {
  readonly record: FoundRecord;
  readonly leaks: number;
  readonly worst: FoundLeak;
}

export interface FileFindings {
  readonly file: string;
  readonly records: number;
  readonly leakingRecords: number;
  readonly leaks: number;
  readonly stated: number;
  readonly worst: FoundLeak | null;
  /** Places that could not be scored. */
  readonly incomplete: number;
}

/** Leaks that nothing is decided about. */
interface OpenLeaks {
  count: number;
  worst: FoundLeak;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a scan has found in a corpus so far, in bounded memory. */
export class CorpusFindings {
  readonly tally: Tally;
  readonly #histogram = new LiftHistogram();
  readonly #files = new Map<string, Mutable<FileFindings>>();
  readonly #records = new Largest<LeakingRecord>(KEPT.records, ({ worst }) => worst.leak.lift);
  readonly #leaks = new Largest<FoundLeak>(KEPT.leaks, liftOf);
  /** By fact: the worst of all. */
  readonly #worst = new Map<string, FoundLeak>();
  readonly #ofFacts = new Map<string, Largest<FoundLeak>>();
  readonly #openOfFiles = new Map<string, OpenLeaks>();
  readonly #unattributed = new Largest<FoundUnattributed>(KEPT.unattributed, ({ at }) => at.unattributed);
  readonly #incomplete: Incomplete[] = [];
  #incompletes = 0;

  constructor(
    facts: readonly Fact[],
    readonly threshold: number,
  ) {
    this.tally = new Tally(facts, threshold);
  }

  /**
   * Adds one record, in any order. Gives it back where it leaks. Of leaks about which something is decided already none is kept one by one;
   * they are counted as `scores` tells.
   */
  add(
    file: string,
    record: CorpusRecord,
    scores: RecordScores,
    decided: DecidedRecord | null = null,
  ): LeakingRecord | null {
    const counted = this.#file(file);
    counted.records++;
    for (const leak of scores.leaks) {
      this.#histogram.add(leak);
    }
    const id = record.id.slice(0, MAX_ID);
    const name: FoundRecord = { file, index: record.index, id, line: record.line, hash: decided?.hash ?? null };
    const found = this.tally.add(scores).map((leak): FoundLeak => {
      const similarity = contextSimilarity(leak, scores.similarities);
      return { ...foundPlace(name, record.text, leak), leak, similarity };
    });
    for (const at of largestUnattributed(scores.bits)) {
      this.#unattributed.add({ ...foundPlace(name, record.text, at), at });
    }
    let worst: FoundLeak | null = null;
    for (const each of found) {
      this.#worst.set(each.leak.fact, worseOf(this.#worst.get(each.leak.fact), each));
      if (decisionOn(each.leak, decided?.decisions ?? []) === null) {
        this.#leaks.add(each);
        this.#ofFact(each.leak.fact).add(each);
        this.#addOpen(file, each);
      }
      counted.stated += each.leak.kind === 'stated' ? 1 : 0;
      worst = worseOf(worst, each);
    }
    counted.leaks += found.length;
    if (worst === null) {
      return null;
    }
    counted.leakingRecords++;
    counted.worst = worseOf(counted.worst, worst);
    const leaking = { record: name, leaks: found.length, worst };
    this.#records.add(leaking);
    return leaking;
  }

  addIncomplete(place: Incomplete): void {
    this.#file(place.file).incomplete++;
    this.#incompletes++;
    if (this.#incomplete.length < KEPT.incomplete) {
      this.#incomplete.push(place);
    }
  }

  /** Files that something was read of, in the order in which they were. */
  get files(): readonly FileFindings[] {
    return [...this.#files.values()];
  }

  get histogram(): LiftHistogram {
    return this.#histogram;
  }

  /** The worst first. */
  get records(): { readonly kept: readonly LeakingRecord[]; readonly all: number } {
    return { kept: this.#records.items, all: this.#records.added };
  }

  /** Places at which the teacher knows something that no fact names, the largest of the records, the largest first. */
  get unattributed(): { readonly kept: readonly FoundUnattributed[]; readonly all: number } {
    return { kept: this.#unattributed.items, all: this.tally.totals.unattributed.positions };
  }

  /** What could not be scored, in the order in which it was found out. */
  get incomplete(): { readonly kept: readonly Incomplete[]; readonly all: number } {
    return { kept: this.#incomplete, all: this.#incompletes };
  }

  /** The worst leak of a fact. */
  worstOf(fact: string): FoundLeak | undefined {
    return this.#worst.get(fact);
  }

  /** Leaks of a fact that nothing was decided about when they were found. */
  openOf(fact: string): number {
    return this.#ofFacts.get(fact)?.added ?? 0;
  }

  /** The same of a file. */
  openIn(file: string): number {
    return this.#openOfFiles.get(file)?.count ?? 0;
  }

  /** The worst leaks that nothing is decided about, of every fact some, and the worst of every file. */
  get leaks(): readonly FoundLeak[] {
    const ofFacts = [...this.#ofFacts.values()].flatMap(({ items }) => items);
    const ofFiles = [...this.#openOfFiles.values()].map(({ worst }) => worst);
    return [...new Set([...this.#leaks.items, ...ofFacts, ...ofFiles])].sort((a, b) => liftOf(b) - liftOf(a));
  }

  #file(file: string): Mutable<FileFindings> {
    let found = this.#files.get(file);
    if (found === undefined) {
      found = { file, records: 0, leakingRecords: 0, leaks: 0, stated: 0, worst: null, incomplete: 0 };
      this.#files.set(file, found);
    }
    return found;
  }

  #addOpen(file: string, leak: FoundLeak): void {
    const found = this.#openOfFiles.get(file);
    if (found === undefined) {
      this.#openOfFiles.set(file, { count: 1, worst: leak });
    } else {
      found.count++;
      found.worst = worseOf(found.worst, leak);
    }
  }

  #ofFact(fact: string): Largest<FoundLeak> {
    let found = this.#ofFacts.get(fact);
    if (found === undefined) {
      found = new Largest<FoundLeak>(KEPT.leaksPerFact, liftOf);
      this.#ofFacts.set(fact, found);
    }
    return found;
  }
}

/** The first of equal ones. */
function worseOf(a: FoundLeak | null | undefined, b: FoundLeak): FoundLeak {
  return a && a.leak.lift >= b.leak.lift ? a : b;
}

function liftOf({ leak }: FoundLeak): number {
  return leak.lift;
}

function foundPlace(record: FoundRecord, text: string, { start, end }: Pick<FoundPlace, 'start' | 'end'>): FoundPlace {
  return {
    record,
    start,
    end,
    before: sliceWhole(text, start - EXCERPT, start),
    token: sliceWhole(text, start, Math.min(end, start + MAX_TOKEN)),
    after: sliceWhole(text, end, end + EXCERPT),
  };
}
