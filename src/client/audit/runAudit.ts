import { type AuditSummary, summariseAudit } from '../../core/audit/auditSummary';
import type { AuditTally } from '../../core/audit/auditTally';
import { DecidedTally } from '../../core/decisions/decidedTally';
import type { DecisionIndex } from '../../core/decisions/decisionIndex';
import { type Incomplete, incompleteInOrder } from '../../core/report/summary';
import { completerOf } from '../../core/score/leakScores';
import type { OpenResult } from '../../protocol/engine';
import { referenceKindOf } from '../calibration';
import type { EngineClient } from '../engineClient';
import { unscorableFact } from '../exportCorpus';
import { modelSummaries } from '../modelSummaries';
import { type Project, scanSettings } from '../project';
import type { ShowPath } from '../projectError';
import { type Audited, auditCorpora } from './auditCorpora';
import type { PairedCorpora } from './pairCorpora';

export interface AuditRun {
  readonly decisions: DecisionIndex;
  readonly signal: AbortSignal;
  readonly show: ShowPath;
  /** Whether reports may hold the facts' own text. */
  readonly showAnswers: boolean;
  /** How much is done, 0 to 1. */
  onProgress(fraction: number): void;
  /** Called for whatever cannot be scored; everything else goes on. */
  onIncomplete(place: Incomplete, column: number): void;
  /** Called for every record that was scored. */
  onRecord(audited: Audited): Promise<void> | void;
}

/**
 * Audits a filter from paired corpora to the summary.
 * @param engine has the project's models open
 * @param project settled for these models
 * @param tally an empty one, which what is found goes into
 */
export async function runAudit(
  engine: Pick<EngineClient, 'scan' | 'setForgetSet'>,
  project: Project,
  opened: Pick<OpenResult, 'models' | 'comparison'>,
  paired: PairedCorpora,
  tally: AuditTally,
  { decisions, signal, show, showAnswers, onProgress, onIncomplete, onRecord }: AuditRun,
): Promise<AuditSummary> {
  const places: Incomplete[] = [];
  const addIncomplete = (place: Incomplete, column: number) => {
    places.push(place);
    onIncomplete(place, column);
  };
  const { unscorable } = await engine.setForgetSet(project.facts);
  for (const { fact, message } of unscorable) {
    addIncomplete(unscorableFact(project, fact, message, show), 1);
  }
  // What the engine will say too; needed where nothing is scored.
  let reference = referenceKindOf(project);
  let completedBy = completerOf(reference, project.onPolicy, opened.comparison);
  const decided = new DecidedTally(decisions, project.threshold);
  const audited = auditCorpora(engine, paired, tally, {
    facts: project.facts,
    decisions,
    decided,
    textField: project.corpus.textField,
    settings: scanSettings(project),
    signal,
    onProgress,
    onIncomplete: addIncomplete,
  });
  for await (const each of audited) {
    ({ reference, completedBy } = each.batch);
    await onRecord(each);
  }
  const { raw, filtered, pairing } = paired;
  return summariseAudit(
    tally,
    {
      files: { raw: raw.files.length, filtered: filtered.files.length },
      records: pairing.counts,
      reference,
      comparison: opened.comparison,
      completedBy,
      onPolicy: project.onPolicy,
      threshold: project.threshold,
      calibrated: project.resolved.calibrated,
      expectedFalseFlagsPer1000: project.resolved.expectedFalseFlagsPer1000,
      temperature: project.temperature,
      models: modelSummaries(opened),
      decided: decisions.isEmpty ? null : decided.totals,
      incomplete: incompleteInOrder(
        places,
        [...raw.files, ...filtered.files].map(({ file }) => file),
      ),
    },
    showAnswers ? project.facts : null,
  );
}
