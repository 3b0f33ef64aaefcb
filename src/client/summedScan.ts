import { type DecidedLeak, sortLeaks } from '../core/decisions/decidedLeaks';
import { DecidedTally } from '../core/decisions/decidedTally';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { type Incomplete, incompleteInOrder, type Summary, summarise } from '../core/report/summary';
import { Tally } from '../core/report/tally';
import type { Leak } from '../core/score/leak';
import { completerOf } from '../core/score/leakScores';
import type { OpenResult } from '../protocol/engine';
import { referenceKindOf } from './calibration';
import type { CorpusFile } from './corpusFiles';
import { type CorpusScanOptions, type ScannedRecord, scanCorpus } from './corpusScan';
import { decisionsOn } from './decisionsFile';
import type { EngineClient } from './engineClient';
import { unscorableFact } from './exportCorpus';
import { modelSummaries } from './modelSummaries';
import { type Project, scanSettings } from './project';
import type { ShowPath } from './projectError';

export interface SummedScanOptions
  extends Pick<CorpusScanOptions, 'signal' | 'onProgress' | 'onIncomplete' | 'onFileRead'> {
  readonly files: readonly CorpusFile[];
  readonly decisions: DecisionIndex;
  /** Whether the summary names subjects and answers. */
  readonly showAnswers: boolean;
  readonly show: ShowPath;
  /** Called with each record, the leaks that count, and those at or above the threshold that are ignored by decision. */
  onRecord(scanned: ScannedRecord, leaks: readonly Leak[], ignored: readonly DecidedLeak[]): Promise<void>;
}

/** A scan that is summed up at its end: what reports are made of. */
export class SummedScan {
  /** What was counted so far. */
  readonly tally: Tally;
  readonly #incomplete: Incomplete[] = [];

  /** @param project settled for the models that are open */
  constructor(
    private readonly project: Project,
    private readonly opened: OpenResult,
    private readonly options: SummedScanOptions,
  ) {
    this.tally = new Tally(project.facts, project.threshold);
  }

  /** Scores all files. Rejects with what `onRecord` rejects with, and like {@link scanCorpus}. */
  async run(engine: Pick<EngineClient, 'scan' | 'setForgetSet'>): Promise<Summary> {
    const { project, opened, options, tally } = this;
    const { threshold } = project;
    const { files, decisions, signal, show, onProgress, onFileRead } = options;
    const { unscorable } = await engine.setForgetSet(project.facts);
    for (const { fact, message } of unscorable) {
      this.#addIncomplete(unscorableFact(project, fact, message, show), 1);
    }
    // What the engine will say too; needed for a corpus without records.
    let reference = referenceKindOf(project);
    let completedBy = completerOf(reference, project.onPolicy, opened.comparison);
    const decided = new DecidedTally(decisions, threshold);
    const scanned = scanCorpus(engine, files, {
      textField: project.corpus.textField,
      settings: scanSettings(project),
      signal,
      onProgress,
      onIncomplete: (place, column) => this.#addIncomplete(place, column),
      onFileRead,
    });
    for await (const each of scanned) {
      ({ reference, completedBy } = each.batch);
      const own = decisionsOn(each.record.text, decisions);
      decided.add(each.scores.leaks, own);
      const ignored = sortLeaks(each.scores.leaks, own).decided.filter(({ decision }) => decision.action === 'ignore');
      const gone = new Set(ignored.map(({ leak }) => leak));
      const leaks = tally.add({ ...each.scores, leaks: each.scores.leaks.filter((leak) => !gone.has(leak)) });
      await options.onRecord(
        each,
        leaks,
        ignored.filter(({ leak }) => leak.lift >= threshold),
      );
    }
    return summarise(tally, {
      files: files.length,
      reference,
      completedBy,
      comparison: opened.comparison,
      onPolicy: project.onPolicy,
      threshold,
      calibrated: project.resolved.calibrated,
      expectedFalseFlagsPer1000: project.resolved.expectedFalseFlagsPer1000,
      temperature: project.temperature,
      tellsUnattributed: project.unattributed && opened.comparison.reference === 'tokens',
      models: modelSummaries(opened),
      decided: decisions.isEmpty ? null : decided.totals,
      incomplete: incompleteInOrder(
        this.#incomplete,
        files.map(({ file }) => file),
      ),
      shown: options.showAnswers ? project.facts : null,
    });
  }

  #addIncomplete(place: Incomplete, column: number): void {
    this.#incomplete.push(place);
    this.options.onIncomplete(place, column);
  }
}
