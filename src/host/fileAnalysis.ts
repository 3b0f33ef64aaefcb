import { sha256 } from '../client/calibration';
import type { Project } from '../client/project';
import { countedLeaks, type SortedLeaks, sortLeaks } from '../core/decisions/decidedLeaks';
import type { Decision, Span } from '../core/decisions/decision';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import type { Problem } from '../core/errors';
import type { LineFormat } from '../core/records/corpusFormat';
import type { ReadResult } from '../core/records/readRecords';
import { type CorpusRecord, movedRecord } from '../core/records/record';
import { toSource, toText } from '../core/records/sourceMap';
import { contextSimilarity } from '../core/report/contextSimilarity';
import type { Tally } from '../core/report/tally';
import { largestUnattributed, type UnattributedPosition } from '../core/report/unattributed';
import type { Leak, RecordScores } from '../core/score/leak';
import { FileTally } from './fileTally';

/** What is known of one record. */
export type RecordState =
  /** Not scored yet, or edited since. */
  | { readonly kind: 'unscored' }
  | { readonly kind: 'scored'; readonly scores: RecordScores }
  | { readonly kind: 'failed'; readonly message: string };

const NOTHING: SortedLeaks = { open: [], decided: [] };

const UNSCORED: RecordState = { kind: 'unscored' };

/** What a file's scan is doing. */
export type Activity =
  | { readonly kind: 'idle' }
  /** The models are being loaded. */
  | { readonly kind: 'loading' }
  /** Counted in UTF-16 units of record text. */
  | { readonly kind: 'scanning'; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly message: string };

/** A replaced stretch of a document: UTF-16 offset and length in the text before it, and the length put there. */
export interface Edit {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: number;
}

/** What a document was when its records were read. */
export interface DocumentRead {
  readonly version: number;
  readonly lineCount: number;
}

/** What stands in some lines of a document, and what stood there before: records from one index to behind the last. */
export interface ChangedRead extends ReadResult {
  readonly from: number;
  readonly to: number;
  /** Lines in front of them, and those with them, in the document as it is now. */
  readonly lines: readonly [before: number, until: number];
}

/** What there is in a file, in numbers. */
export interface FileCounts {
  /** Leaks that nothing is decided about, and how many of them the text states. */
  readonly open: number;
  readonly stated: number;
  /** Records with open leaks, and the facts that leak there. */
  readonly leaking: number;
  readonly facts: number;
  /** Leaks that something is decided about. */
  readonly decided: number;
  /** Records that could not be scored. */
  readonly failed: number;
}

/** A record of a document, its scores, and where edits elsewhere in the document have moved it to. */
export class RecordAnalysis {
  #state: RecordState = UNSCORED;
  #leaks = NOTHING;
  #decisions: readonly Decision[] = [];
  #unattributed: readonly UnattributedPosition[] = [];
  #edited = false;
  #start: number;
  #end: number;
  #record: CorpusRecord;
  /** Records and lines that have come in front of it since it was told. */
  #recordsBefore = 0;
  #linesBefore = 0;

  #threshold: number;
  #hash: string | undefined;

  constructor(
    record: CorpusRecord,
    threshold: number,
    /** A record with the same text, whose hash need not be computed again. */
    same?: RecordAnalysis,
  ) {
    if (same) {
      this.#hash = same.#hash;
    }
    this.#record = record;
    [this.#start, this.#end] = record.range;
    this.#threshold = threshold;
  }

  /** With the numbers of its place as it was when the document was last read. Its offsets are older: see {@link toDocument}. */
  get record(): CorpusRecord {
    // Most that move are never looked at.
    if (this.#recordsBefore !== 0 || this.#linesBefore !== 0) {
      this.#record = movedRecord(this.#record, this.#recordsBefore, this.#linesBefore);
      this.#recordsBefore = 0;
      this.#linesBefore = 0;
    }
    return this.#record;
  }

  get state(): RecordState {
    return this.#state;
  }

  /** Those at or above the threshold about which nothing is decided, by position, then by falling lift. */
  get leaks(): readonly Leak[] {
    return this.#leaks.open;
  }

  /** Those at or above the threshold about which something is decided. */
  get decided(): SortedLeaks['decided'] {
    return this.#leaks.decided;
  }

  /** What is decided about the record or about places in it, whether something leaks there or not. */
  get decisions(): readonly Decision[] {
    return this.#decisions;
  }

  /** SHA-256 of the record's text, hex: what decisions know it by. */
  get hash(): string {
    this.#hash ??= sha256(this.record.text);
    return this.#hash;
  }

  /** What counts of its scores. */
  counted(scores: RecordScores): RecordScores {
    return this.#decisions.length === 0 ? scores : { ...scores, leaks: countedLeaks(scores.leaks, this.#decisions) };
  }

  /** Where the teacher knows most that no fact names, the largest first. */
  get unattributed(): readonly UnattributedPosition[] {
    return this.#unattributed;
  }

  /** How alike the context of one of its leaks is to the fact's own prompts. */
  similarityOf(leak: Leak): number | null {
    return contextSimilarity(leak, this.#state.kind === 'scored' ? this.#state.scores.similarities : []);
  }

  /** The text under this record has changed since it was read: no offset into it can be trusted. */
  get edited(): boolean {
    return this.#edited;
  }

  /** UTF-16 offsets of the record in the document as it is now. */
  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** UTF-16 range in the document of a range of the record's text. */
  toDocument(start: number, end: number): readonly [start: number, end: number] {
    const shift = this.#start - this.record.range[0];
    return [toSource(this.record.source, start) + shift, toSource(this.record.source, end) + shift];
  }

  /** UTF-16 range in the document of the predicted token, without its leading white space. */
  spanOf({ start, end }: Span): readonly [start: number, end: number] {
    return this.toDocument(withoutLeadingSpace(this.record.text, start, end), end);
  }

  /** Offset in the record's text of an offset in the document; places outside the text are clamped. */
  toText(offset: number): number {
    return toText(this.record.source, offset - this.#start + this.record.range[0]);
  }

  setState(state: RecordState): void {
    this.#state = state;
    this.#leaks =
      state.kind === 'scored'
        ? sortLeaks(
            state.scores.leaks.filter((leak) => leak.lift >= this.#threshold),
            this.#decisions,
          )
        : NOTHING;
    this.#unattributed = state.kind === 'scored' ? largestUnattributed(state.scores.bits) : [];
  }

  setThreshold(threshold: number): void {
    this.#threshold = threshold;
    this.setState(this.#state);
  }

  setDecisions(index: DecisionIndex): void {
    // A text that is under way to another one is nothing that anybody has decided about.
    this.#decisions = index.isEmpty || this.#edited ? [] : index.of(this.hash);
    this.setState(this.#state);
  }

  /** Follows an edit in front of the record. */
  move(units: number): void {
    this.#start += units;
    this.#end += units;
  }

  /** Follows records and lines that have come in front of the record, or gone. */
  renumber(records: number, lines: number): void {
    this.#recordsBefore += records;
    this.#linesBefore += lines;
  }

  /** Forgets the scores because of an edit in or beside the record. Its range is a guess from here on. */
  touch(edit: Edit): void {
    this.#edited = true;
    this.#decisions = [];
    this.setState(UNSCORED);
    this.#start = Math.min(this.#start, edit.offset);
    this.#end = Math.max(this.#start, this.#end + edit.inserted - edit.removed);
  }
}

/** The records of one document. Places follow edits; scores never do. */
export class FileAnalysis {
  #records: readonly RecordAnalysis[] = [];
  #byText = new Map<string, RecordAnalysis[]>();
  #problems: readonly Problem[] = [];
  #version = -1;
  #lineCount = 0;
  /** Where the document differs from what was read: UTF-16 range in the document as it is now. */
  #changed: readonly [start: number, end: number] | null = null;
  #activity: Activity = { kind: 'idle' };
  #tally: FileTally;
  /** Made on demand, and thrown away when anything changes. */
  #counts: FileCounts | undefined;
  #unscored: readonly string[] | undefined;

  #project: Project;
  #decisions = DecisionIndex.EMPTY;

  constructor(
    /** The document's uri. */
    readonly uri: string,
    readonly format: LineFormat,
    project: Project,
    /** The document is another version of a file, see `corpusDocuments.ts`. */
    readonly isVersion = false,
  ) {
    this.#project = project;
    this.#tally = new FileTally(project.facts, project.threshold, 0);
  }

  get project(): Project {
    return this.#project;
  }

  /** Takes over a project that differs in its threshold only. */
  setThreshold(project: Project): void {
    this.#project = project;
    this.#changedAll(this.#records.length);
    for (const entry of this.#records) {
      entry.setThreshold(project.threshold);
    }
  }

  setDecisions(decisions: DecisionIndex): void {
    if (decisions === this.#decisions) {
      return;
    }
    this.#decisions = decisions;
    this.#changedAll(this.#records.length);
    for (const entry of this.#records) {
      entry.setDecisions(decisions);
    }
  }

  /** Version of the document that the records were read from. */
  get version(): number {
    return this.#version;
  }

  /** The UTF-16 range of the document that edits have changed since it was read. */
  get changed(): readonly [start: number, end: number] | null {
    return this.#changed;
  }

  get records(): readonly RecordAnalysis[] {
    return this.#records;
  }

  /** Lines that are no records, and why. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get activity(): Activity {
    return this.#activity;
  }

  setActivity(activity: Activity): void {
    this.#activity = activity;
  }

  /** Takes over the freshly read records of a whole document; `known` gives the state of those that were seen before, by their text. */
  setRecords(
    records: readonly CorpusRecord[],
    problems: readonly Problem[],
    { version, lineCount }: DocumentRead,
    known: (text: string) => RecordScores | undefined,
  ): void {
    this.#changedAll(records.length);
    const failed = new Map<string, RecordState>();
    for (const { record, state } of this.#records) {
      if (state.kind === 'failed') {
        failed.set(record.text, state);
      }
    }
    const before = this.#byText;
    this.#byText = new Map();
    this.#records = records.map((record) => {
      const entry = new RecordAnalysis(record, this.project.threshold, before.get(record.text)?.[0]);
      return this.#enter(entry, known(record.text), failed.get(record.text));
    });
    this.#problems = problems;
    this.#version = version;
    this.#lineCount = lineCount;
    this.#changed = null;
  }

  /** Takes over the freshly read records of some whole lines; all others stay what they are. */
  replaceRecords(
    { from, to, lines: [before, until], records, problems }: ChangedRead,
    { version, lineCount }: DocumentRead,
    known: (text: string) => RecordScores | undefined,
  ): void {
    const gone = this.#records.slice(from, to);
    const behind = this.#records.slice(to);
    const moreRecords = records.length - gone.length;
    const moreLines = lineCount - this.#lineCount;
    if (moreRecords !== 0 || moreLines !== 0) {
      for (const entry of behind) {
        entry.renumber(moreRecords, moreLines);
      }
    }
    const goneByText = new Map(gone.map((entry) => [entry.record.text, entry]));
    this.#leave(gone);
    const fresh = records.map((record) => {
      const same = this.#byText.get(record.text)?.[0] ?? goneByText.get(record.text);
      const failed = same?.state.kind === 'failed' ? same.state : undefined;
      return this.#enter(new RecordAnalysis(record, this.project.threshold, same), known(record.text), failed);
    });
    this.#records = this.#records.slice(0, from).concat(fresh, behind);
    this.#problems = [
      ...this.#problems.filter(({ line }) => line <= before),
      ...problems,
      ...this.#problems
        .filter(({ line }) => line > until - moreLines)
        .map((problem) => ({ ...problem, line: problem.line + moreLines })),
    ];
    this.#tally.replace(from, gone.length, fresh.length);
    this.#forgetNumbers();
    this.#version = version;
    this.#lineCount = lineCount;
    this.#changed = null;
  }

  /** Gives a record what is known of its text. */
  #enter(entry: RecordAnalysis, scores: RecordScores | undefined, failed: RecordState | undefined): RecordAnalysis {
    entry.setDecisions(this.#decisions);
    entry.setState(scores ? { kind: 'scored', scores } : (failed ?? UNSCORED));
    const { text } = entry.record;
    const same = this.#byText.get(text);
    if (same) {
      same.push(entry);
    } else {
      this.#byText.set(text, [entry]);
    }
    return entry;
  }

  #leave(gone: readonly RecordAnalysis[]): void {
    const left = new Set(gone);
    for (const text of new Set(gone.map(({ record }) => record.text))) {
      const others = this.#byText.get(text)?.filter((entry) => !left.has(entry)) ?? [];
      if (others.length > 0) {
        this.#byText.set(text, others);
      } else {
        this.#byText.delete(text);
      }
    }
  }

  #changedAll(records: number): void {
    this.#tally = new FileTally(this.project.facts, this.project.threshold, records);
    this.#forgetNumbers();
  }

  #changedRecord(index: number): void {
    this.#tally.forget(index);
    this.#forgetNumbers();
  }

  #forgetNumbers(): void {
    this.#counts = undefined;
    this.#unscored = undefined;
  }

  /** Sets the state of every record with this text that has not been edited since. */
  put(text: string, state: RecordState): void {
    for (const entry of this.#byText.get(text) ?? []) {
      if (entry.edited) {
        continue;
      }
      const { index } = entry.record;
      if (entry.state.kind === 'scored') {
        this.#tally.forget(index);
      }
      const had = entry.state.kind === 'scored';
      entry.setState(state);
      if (state.kind === 'scored' && !had) {
        this.#tally.add(index, entry.counted(state.scores));
      }
      this.#forgetNumbers();
    }
  }

  /** Texts that have no scores, each once. A failed record counts as answered. */
  unscored(): readonly string[] {
    this.#unscored ??= unscoredTexts(this.#byText);
    return this.#unscored;
  }

  /** Another object as soon as anything has changed that is counted or drawn. */
  get counts(): FileCounts {
    this.#counts ??= countsOf(this.#records);
    return this.#counts;
  }

  /** What leaks in the records scored so far, but for what is ignored. */
  tally(): Tally {
    return this.#tally.of((index) => {
      const entry = this.#records[index];
      return entry?.state.kind === 'scored' ? entry.counted(entry.state.scores) : null;
    });
  }

  /** Whether something of the file is not scored: a record, a rule in a record, or a line that is no record. */
  get incomplete(): boolean {
    return (
      this.#problems.length > 0 ||
      this.#records.some(({ state }) => state.kind !== 'scored' || state.scores.skipped.length > 0)
    );
  }

  /** Gives failed records another chance. */
  retryFailed(): void {
    this.#forgetNumbers();
    for (const entry of this.#records) {
      if (entry.state.kind === 'failed') {
        entry.setState(UNSCORED);
      }
    }
  }

  /** Follows edits, in the order given, until the document is read again. */
  applyEdits(edits: readonly Edit[]): void {
    for (const edit of edits) {
      this.#changed = joined(this.#changed, edit);
      const until = edit.offset + edit.removed;
      const hit = this.between(edit.offset, until);
      const from = this.indexAt(edit.offset);
      const to = from + hit.length;
      const only = hit.length === 1 ? hit[0] : undefined;
      const inside = only !== undefined && only.start <= edit.offset && until <= only.end;
      // An edit between two paragraphs or rows may join them.
      const reach = this.format === 'jsonl' || inside ? 0 : 1;
      for (let i = Math.max(0, from - reach); i < this.#records.length; i++) {
        const entry = this.#records[i];
        if (i < to) {
          entry?.touch(edit);
          this.#changedRecord(i);
          continue;
        }
        entry?.move(edit.inserted - edit.removed);
        if (i < to + reach) {
          this.distrust(i, i + 1);
        }
      }
    }
  }

  /** Forgets the scores of records, from one index to behind the last, that may be others now. */
  distrust(from: number, to: number): void {
    for (const [i, entry] of this.#records.slice(from, to).entries()) {
      if (!entry.edited) {
        entry.touch({ offset: entry.start, removed: 0, inserted: 0 });
        this.#changedRecord(from + i);
      }
    }
  }

  /** The record that an offset of the document lies in, its end included. */
  recordAt(offset: number): RecordAnalysis | undefined {
    const entry = this.#records[this.indexAt(offset)];
    return entry !== undefined && entry.start <= offset ? entry : undefined;
  }

  /** Records that touch the document's range [start, end]. */
  between(start: number, end: number): readonly RecordAnalysis[] {
    const from = this.indexAt(start);
    let to = from;
    while ((this.#records[to]?.start ?? Number.POSITIVE_INFINITY) <= end) {
      to++;
    }
    return this.#records.slice(from, to);
  }

  /** How many records end before an offset of the document. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.end ?? 0) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/**
 * Start of what is worth colouring in text[start, end): a token's leading white space belongs to it but says nothing.
 * A token of nothing but white space is coloured as it is.
 */
function withoutLeadingSpace(text: string, start: number, end: number): number {
  const letters = text.slice(start, end).search(/\S/u);
  return letters < 0 ? start : start + letters;
}

/** The stretch of the document that has changed, after one more edit. */
function joined(
  changed: readonly [start: number, end: number] | null,
  { offset, removed, inserted }: Edit,
): readonly [start: number, end: number] {
  if (changed === null) {
    return [offset, offset + inserted];
  }
  const [start, end] = changed;
  return [Math.min(start, offset), Math.max(end, offset + removed) + inserted - removed];
}

/** Of many thousand texts few have no scores, and they are looked through after each pause in typing. */
function unscoredTexts(byText: ReadonlyMap<string, readonly RecordAnalysis[]>): readonly string[] {
  const found: string[] = [];
  for (const [text, entries] of byText) {
    if (entries.some(({ state, edited }) => state.kind === 'unscored' && !edited)) {
      found.push(text);
    }
  }
  return found;
}

function countsOf(records: readonly RecordAnalysis[]): FileCounts {
  const counts = { open: 0, stated: 0, leaking: 0, decided: 0, failed: 0 };
  const facts = new Set<string>();
  for (const { leaks, decided, state } of records) {
    counts.open += leaks.length;
    counts.leaking += leaks.length > 0 ? 1 : 0;
    counts.decided += decided.length;
    counts.failed += state.kind === 'failed' ? 1 : 0;
    for (const { kind, fact } of leaks) {
      counts.stated += kind === 'stated' ? 1 : 0;
      facts.add(fact);
    }
  }
  return { ...counts, facts: facts.size };
}
