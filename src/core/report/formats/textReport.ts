import type { DecidedLeak } from '../../decisions/decidedLeaks';
import type { Fact } from '../../forget/fact';
import type { CorpusRecord } from '../../records/record';
import type { Leak, RecordScores } from '../../score/leak';
import type { Counted } from '../closingWords';
import type { Summary } from '../summary';

/** A record that was scored, as far as reports look at it. */
export interface ReportedRecord {
  readonly file: string;
  readonly record: CorpusRecord;
  readonly scores: RecordScores;
}

/** What a report was made with, so that somebody else can make it again. Holds no times: equal scans give equal reports. */
export interface ReportOrigin {
  /** Of Seep. */
  readonly version: string;
  readonly command: string;
  /** The files that decide what a scan says, with the SHA-256 (hex) of each. */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[];
}

export interface ReportContext {
  readonly facts: readonly Fact[];
  /** Facts by id where their text may be shown, else null. */
  readonly shown: ReadonlyMap<string, Fact> | null;
  readonly threshold: number;
  readonly temperature: number;
  readonly origin: ReportOrigin;
  /** Hex. This part runs where there is no Node. */
  sha256(text: string): string;
}

/** A report as text that is written while the scan goes on: memory does not grow with records or leaks. */
export interface TextReport {
  /** What it begins with. */
  readonly start: string;
  /** What a record adds at once; perhaps nothing. `leaks` are those that count, `ignored` those that do not by decision. */
  add(scanned: ReportedRecord, leaks: readonly Leak[], ignored: readonly DecidedLeak[]): string;
  /** The rest, piece by piece. */
  finish(summary: Summary, counted: Counted): Iterable<string>;
}
