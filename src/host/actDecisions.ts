import { MAX_DECISIONS_BYTES, tooManyDecisions } from '../client/decisionsFile';
import type { DecisionChanges } from '../core/decisions/changeDecisions';
import { type Decision, decisionKey } from '../core/decisions/decision';
import { decisionLine } from '../core/decisions/writeDecisions';
import type { ActKind } from './actKind';
import type { ActTarget } from './actPlaces';

/** What all decisions of an act say alike. */
export interface ActWords {
  readonly reason: string | null;
  /** ISO 8601. */
  readonly time: string;
}

/**
 * The decisions that an act makes about a record; none where it edits the text instead.
 * @param file in which the record stands, relative to its project; null: in none yet
 */
export function decisionsFor(
  kind: ActKind,
  { record, hash, reach, fact, leaks }: ActTarget,
  file: string | null,
  { reason, time }: ActWords,
): Decision[] {
  const about = { record: hash, fact: null, span: null, reason, file, line: record.line, time };
  switch (kind) {
    case 'drop':
    case 'redact':
      return [];
    case 'leaveOut':
      return [{ ...about, action: 'drop' }];
    case 'reviewed':
      return [{ ...about, action: 'reviewed' }];
    case 'mask':
      return leaks.map(({ start, end }) => ({ ...about, action: 'mask', span: { start, end } }));
    case 'ignore':
      return reach === 'place'
        ? leaks.map(({ start, end, fact: each }) => ({ ...about, action: 'ignore', fact: each, span: { start, end } }))
        : [{ ...about, action: 'ignore', fact: reach === 'fact' ? fact : null }];
  }
}

/** Gathers decisions by the file that they are kept in, and no more than that may hold. */
export class GatheredDecisions {
  readonly #byPath = new Map<string, Map<string, Decision>>();
  readonly #bytes = new Map<string, number>();

  constructor(
    private readonly show: (path: string) => string,
    private readonly maxBytes = MAX_DECISIONS_BYTES,
  ) {}

  /** @throws SeepError as soon as there are more than one file can keep */
  add(path: string, decisions: readonly Decision[]): void {
    const changes = this.#byPath.get(path) ?? new Map<string, Decision>();
    let bytes = this.#bytes.get(path) ?? 0;
    for (const decision of decisions) {
      const key = decisionKey(decision);
      if (!changes.has(key)) {
        bytes += Buffer.byteLength(decisionLine(decision)) + 1;
      }
      changes.set(key, decision);
    }
    if (bytes > this.maxBytes) {
      throw tooManyDecisions(this.show(path), path);
    }
    if (changes.size > 0) {
      this.#byPath.set(path, changes);
      this.#bytes.set(path, bytes);
    }
  }

  /** By the path of the file. */
  get changes(): ReadonlyMap<string, DecisionChanges> {
    return this.#byPath;
  }
}
