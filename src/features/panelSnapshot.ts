import { basename } from 'node:path';
import type { Project } from '../client/project';
import type { CorpusRecord } from '../core/records/record';
import type { Leak } from '../core/score/leak';
import type { Inspection } from '../protocol/engine';
import type { PanelPlace, PanelSnapshot } from '../protocol/panel';

export interface SnapshotParts {
  /** As the panel names it. */
  readonly file: string;
  readonly place: PanelPlace;
  readonly record: CorpusRecord;
  readonly scanned: boolean;
  /** Those at or above the threshold. */
  readonly leaks: readonly Leak[];
  readonly project: Project;
  readonly inspection: Inspection;
  readonly topK: number;
}

/** What the panel is sent; of the forget set only the facts that it has to name. */
export function panelSnapshot(parts: SnapshotParts): PanelSnapshot {
  const { file, place, record, scanned, leaks, project, inspection, topK } = parts;
  const named = new Set([...inspection.rows.flatMap(({ facts }) => facts), ...leaks.map(({ fact }) => fact)]);
  return {
    file,
    place,
    recordId: record.id,
    recordLine: record.line,
    text: record.text,
    inspection,
    scanned,
    leaks,
    threshold: project.threshold,
    facts: project.facts
      .filter(({ id }) => named.has(id))
      .map(({ id, kind, subjects, answers, anchored, pattern }) => ({
        id,
        kind,
        subjects,
        answers: [...answers, ...(anchored?.answers ?? [])],
        pattern,
      })),
    topK,
    reference: project.thresholdParts.reference,
    models: {
      teacher: basename(project.teacher),
      student: project.student && basename(project.student),
      reference: project.reference && basename(project.reference),
    },
  };
}
