import { sha256 } from '../client/calibration';
import type { Project } from '../client/project';
import { countedLeaks, type SortedLeaks, sortLeaks } from '../core/decisions/decidedLeaks';
import type { Decision, Span } from '../core/decisions/decision';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import type { Problem } from '../core/errors';
import type { LineFormat } from '../core/records/corpusFormat';
import type { CorpusRecord } from '../core/records/record';
import { toSource, toText } from '../core/records/sourceMap';
import { contextSimilarity } from '../core/report/contextSimilarity';
import { Tally } from '../core/report/tally';
import { largestUnattributed, type UnattributedPosition } from '../core/report/unattributed';
import type { Leak, RecordScores } from '../core/score/leak';

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

/** A record of a document, its scores, and where edits elsewhere in the document have moved it to. */
export class RecordAnalysis {
  #state: RecordState = UNSCORED;
  #leaks = NOTHING;
  #decisions: readonly Decision[] = [];
  #unattributed: readonly UnattributedPosition[] = [];
  #edited = false;
  #start: number;
  #end: number;

  #threshold: number;
  #hash: string | undefined;

  constructor(
    readonly record: CorpusRecord,
    threshold: number,
    /** A record with the same text, whose hash need not be computed again. */
    same?: RecordAnalysis,
  ) {
    if (same) {
      this.#hash = same.#hash;
    }
    [this.#start, this.#end] = record.range;
    this.#threshold = threshold;
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
  #activity: Activity = { kind: 'idle' };
  /** Made on demand; grows with a scan, and is thrown away when scores go. */
  #tally: Tally | undefined;

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
  }

  get project(): Project {
    return this.#project;
  }

  /** Takes over a project that differs in its threshold only. */
  setThreshold(project: Project): void {
    this.#project = project;
    this.#tally = undefined;
    for (const entry of this.#records) {
      entry.setThreshold(project.threshold);
    }
  }

  setDecisions(decisions: DecisionIndex): void {
    if (decisions === this.#decisions) {
      return;
    }
    this.#decisions = decisions;
    this.#tally = undefined;
    for (const entry of this.#records) {
      entry.setDecisions(decisions);
    }
  }

  /** Version of the document that the records were read from. */
  get version(): number {
    return this.#version;
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

  /** Takes over freshly read records; `known` gives the state of those that were seen before, by their text. */
  setRecords(
    records: readonly CorpusRecord[],
    problems: readonly Problem[],
    version: number,
    known: (text: string) => RecordScores | undefined,
  ): void {
    this.#tally = undefined;
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
      entry.setDecisions(this.#decisions);
      const scores = known(record.text);
      entry.setState(scores ? { kind: 'scored', scores } : (failed.get(record.text) ?? UNSCORED));
      const same = this.#byText.get(record.text);
      if (same) {
        same.push(entry);
      } else {
        this.#byText.set(record.text, [entry]);
      }
      return entry;
    });
    this.#problems = problems;
    this.#version = version;
  }

  /** Sets the state of every record with this text that has not been edited since. */
  put(text: string, state: RecordState): void {
    for (const entry of this.#byText.get(text) ?? []) {
      if (entry.edited) {
        continue;
      }
      if (entry.state.kind === 'scored') {
        this.#tally = undefined;
      }
      entry.setState(state);
      if (state.kind === 'scored') {
        this.#tally?.add(entry.counted(state.scores));
      }
    }
  }

  /** Texts that have no scores, each once. A failed record counts as answered. */
  unscored(): readonly string[] {
    const texts: string[] = [];
    for (const [text, entries] of this.#byText) {
      if (entries.some((entry) => entry.state.kind === 'unscored' && !entry.edited)) {
        texts.push(text);
      }
    }
    return texts;
  }

  /** Leaks that nothing is decided about. */
  get openLeaks(): readonly Leak[] {
    return this.#records.flatMap(({ leaks }) => leaks);
  }

  /** How many leaks something is decided about. */
  get decidedLeaks(): number {
    return this.#records.reduce((sum, { decided }) => sum + decided.length, 0);
  }

  /** What leaks in the records scored so far, but for what is ignored. */
  tally(): Tally {
    if (this.#tally === undefined) {
      this.#tally = new Tally(this.project.facts, this.project.threshold);
      for (const entry of this.#records) {
        if (entry.state.kind === 'scored') {
          this.#tally.add(entry.counted(entry.state.scores));
        }
      }
    }
    return this.#tally;
  }

  /** Records that could not be scored. */
  get failed(): number {
    return this.#records.filter(({ state }) => state.kind === 'failed').length;
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
    this.#tally = undefined;
    for (const entry of this.#records) {
      if (entry.state.kind === 'failed') {
        entry.setState(UNSCORED);
      }
    }
  }

  /** Follows edits, in the order given, until the document is read again. */
  applyEdits(edits: readonly Edit[]): void {
    this.#tally = undefined;
    for (const edit of edits) {
      const until = edit.offset + edit.removed;
      const hit = this.between(edit.offset, until);
      const from = this.#firstEndingFrom(edit.offset);
      const to = from + hit.length;
      const only = hit.length === 1 ? hit[0] : undefined;
      const inside = only !== undefined && only.start <= edit.offset && until <= only.end;
      // An edit between two paragraphs or rows may join them.
      const reach = this.format === 'jsonl' || inside ? 0 : 1;
      // In a table a quotation mark changes what every row behind it is, and so does the first row.
      const isTable = this.format === 'csv' || this.format === 'tsv';
      const untouchedFrom = isTable ? this.#records.length : to + reach;
      for (let i = Math.max(0, from - reach); i < this.#records.length; i++) {
        const entry = this.#records[i];
        if (i < to) {
          entry?.touch(edit);
          continue;
        }
        entry?.move(edit.inserted - edit.removed);
        if (i < untouchedFrom) {
          entry?.touch({ offset: entry.start, removed: 0, inserted: 0 });
        }
      }
    }
  }

  /** The record that an offset of the document lies in, its end included. */
  recordAt(offset: number): RecordAnalysis | undefined {
    const entry = this.#records[this.#firstEndingFrom(offset)];
    return entry !== undefined && entry.start <= offset ? entry : undefined;
  }

  /** Records that touch the document's range [start, end]. */
  between(start: number, end: number): readonly RecordAnalysis[] {
    const from = this.#firstEndingFrom(start);
    let to = from;
    while ((this.#records[to]?.start ?? Number.POSITIVE_INFINITY) <= end) {
      to++;
    }
    return this.#records.slice(from, to);
  }

  /** Index of the first record that ends at `offset` or behind it. */
  #firstEndingFrom(offset: number): number {
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
