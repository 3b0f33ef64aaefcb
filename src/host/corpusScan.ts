import { sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LeakingRecords } from '../client/leakingRecords';
import type { Project } from '../client/project';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import { CorpusFindings } from '../core/report/corpusFindings';
import type { Pace } from '../core/report/scanPace';
import type { ComparisonByRole } from '../core/score/leak';

/** What is scanned: the corpus of a project, or the part of it below a folder. Paths are absolute. */
export interface CorpusScope {
  readonly configPath: string;
  readonly folder: string | null;
  /** These files alone, whether the corpus globs name them or not. */
  readonly files?: readonly string[] | undefined;
}

export function isSameScope(a: CorpusScope, b: CorpusScope): boolean {
  return a.configPath === b.configPath && a.folder === b.folder && isDeepStrictEqual(a.files, b.files);
}

/** Whether a file is in what is scanned, if the corpus has it at all. */
export function isWithin({ folder, files }: CorpusScope, path: string): boolean {
  return files?.includes(path) ?? (folder === null || path.startsWith(folder + sep));
}

export type CorpusActivity =
  /** Files are looked for, models are loaded. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'scanning'; readonly fraction: number; readonly pace: Pace | null }
  | { readonly kind: 'done' }
  /** Cancelled by somebody. What was found stands; a scan of the same goes on where it ended. */
  | { readonly kind: 'stopped'; readonly fraction: number }
  | { readonly kind: 'failed'; readonly message: string };

/** A scan of a corpus, under way or over, and what it has found. */
export class CorpusScan {
  #findings: CorpusFindings;
  #project: Project;
  activity: CorpusActivity = { kind: 'loading' };
  /** Settings, facts or models are others now, so that what leaks may be something else. */
  superseded = false;
  /** A file is no longer what was scanned. */
  filesChanged = false;
  /** Something has been decided since, so that other leaks count. */
  decidedSince = false;
  /** What is decided by now. */
  decisions = DecisionIndex.EMPTY;
  /** How student and reference are compared with the teacher; known once the models are. */
  comparison: ComparisonByRole = { student: null, reference: null };
  /** Files to read. */
  files = 0;
  tokens = 0;
  /** By path: what a file was when it was read, see `fileState`. */
  readonly states = new Map<string, string>();
  /** Every record that leaks, as long as the scan is the last of its project; null until the models are open. */
  records: LeakingRecords | null = null;

  constructor(
    readonly scope: CorpusScope,
    /** What people call it. */
    readonly name: string,
    project: Project,
  ) {
    this.#project = project;
    this.#findings = new CorpusFindings(project.facts, project.threshold);
  }

  get project(): Project {
    return this.#project;
  }

  get findings(): CorpusFindings {
    return this.#findings;
  }

  /** Starts counting, now that the models and with them the threshold are known. */
  begin(project: Project, comparison: ComparisonByRole, records: LeakingRecords): void {
    this.#project = project;
    this.records = records;
    this.comparison = comparison;
    this.#findings = new CorpusFindings(project.facts, project.threshold);
    this.activity = { kind: 'scanning', fraction: 0, pace: null };
  }

  /** Another scan would find something else. */
  get outdated(): boolean {
    return this.superseded || this.filesChanged || this.decidedSince;
  }

  get running(): boolean {
    return this.activity.kind === 'loading' || this.activity.kind === 'scanning';
  }

  /** Lets go of what is on disk. */
  async dispose(): Promise<void> {
    const { records } = this;
    this.records = null;
    await records?.close();
  }
}
