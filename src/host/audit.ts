import type { CorpusSide } from '../client/audit/corpusSide';
import type { Project } from '../client/project';
import { AuditLists } from '../core/audit/auditLists';
import type { AuditSummary } from '../core/audit/auditSummary';
import type { AuditTally } from '../core/audit/auditTally';
import type { AuditActivity, AuditScope } from '../protocol/audit';

/** What an audit found. */
export interface AuditFindings {
  readonly summary: AuditSummary;
  readonly tally: AuditTally;
  /** On what terms the figures hold. */
  readonly terms: readonly string[];
}

/** An audit of a filter, under way or done. */
export class Audit {
  readonly lists = new AuditLists();
  readonly #files: ReadonlyMap<string, string>;
  readonly abort = new AbortController();
  activity: AuditActivity = { kind: 'pairing' };
  /** Files, settings, models or decisions have changed since: another audit would find something else. */
  outdated = false;
  /** What is decided from now on comes too late for it. */
  isCounting = false;
  /** Null until everything is scored. */
  findings: AuditFindings | null = null;

  constructor(
    readonly scope: AuditScope,
    readonly project: Project,
    private readonly raw: CorpusSide,
    private readonly filtered: CorpusSide,
  ) {
    this.#files = new Map([...raw.files, ...filtered.files].map(({ file, path }) => [file, path]));
  }

  get running(): boolean {
    return this.activity.kind !== 'done' && this.activity.kind !== 'stopped';
  }

  /** Absolute paths of the two files that a row's diff is of; null: there is no such file on that side. */
  filesOf(
    raw: string | null,
    filtered: string | null,
  ): { readonly raw: string | null; readonly filtered: string | null } {
    return {
      raw: this.#pathOf(raw, this.raw, filtered, this.filtered),
      filtered: this.#pathOf(filtered, this.filtered, raw, this.raw),
    };
  }

  /** The file's own path, or else that of the file of the same name as the other side's. */
  #pathOf(own: string | null, side: CorpusSide, other: string | null, otherSide: CorpusSide): string | null {
    if (own !== null) {
      return this.#files.get(own) ?? null;
    }
    const name = otherSide.files.find(({ file }) => file === other)?.name;
    return side.files.find((each) => each.name === name)?.path ?? null;
  }
}
