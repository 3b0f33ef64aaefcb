import { resolve } from 'node:path';
import type { CachedEngine } from '../client/cache/cachedEngine';
import { referenceKindOf } from '../client/calibration';
import { type CorpusFile, ownFiles } from '../client/corpusFiles';
import { scanCorpus } from '../client/corpusScan';
import { decisionsOn } from '../client/decisionsFile';
import { type Output, openFileOutput } from '../client/fileOutput';
import { modelSummaries } from '../client/modelSummaries';
import { loadProject, loadSettings, type Project, scanSettings } from '../client/project';
import { countedLeaks } from '../core/decisions/decidedLeaks';
import { DecidedTally } from '../core/decisions/decidedTally';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { SeepError } from '../core/errors';
import { count, grouped } from '../core/report/closingWords';
import { unattributedNeeds } from '../core/report/comparisonWords';
import { type Incomplete, incompleteInOrder, type Summary, summarise } from '../core/report/summary';
import { Tally } from '../core/report/tally';
import type { CompletionSource, ReferenceKind } from '../core/score/leak';
import { completerOf } from '../core/score/leakScores';
import type { OpenResult } from '../protocol/engine';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode, exitCodeOf } from './exitCodes';
import { findInputs } from './findInputs';
import { openModels } from './openModels';
import { ReaderGone, StreamOutput } from './output';
import { shownPath } from './paths';
import {
  type CacheFlags,
  configPathOf,
  type DecisionFlags,
  decisionsOf,
  overridesOf,
  type ProjectFlags,
} from './projectFlags';
import type { ReportFlags } from './reportFlags';
import { scanReport } from './scanReport';
import { styleFor, widthOf } from './terminal';

export type ScanFlags = ProjectFlags & CacheFlags & DecisionFlags & ReportFlags;

/** `seep scan`: scores the files and reports their leaks. Rejects with SeepError for whatever keeps it from scanning at all. */
export async function scanCommand(
  args: readonly string[],
  flags: ScanFlags,
  environment: Environment,
): Promise<ExitCode> {
  const { messages, stdout } = environment;
  const configPath = configPathOf(flags);
  const overrides = overridesOf(flags);
  const inputs = await findInputs(args, await loadSettings(configPath, overrides, shownPath));
  const project = await loadProject(configPath, overrides, shownPath);
  const decisions = await decisionsOf(flags, project);
  const output = await openOutput(flags.output, inputs, project, stdout);
  const engine = createEngine(environment, flags.cache);
  try {
    const { project: settled, opened } = await openModels(engine, project, environment);
    const needs = project.unattributed ? unattributedNeeds(opened.comparison.reference) : null;
    if (needs !== null) {
      messages.say(needs);
    }
    const scan = new Scan(flags, settled, inputs, decisions, opened, output, environment);
    return await scan.run(engine);
  } finally {
    messages.clearProgress();
    await Promise.all([engine.dispose(), output.discard()]);
  }
}

/** Problems said per file on stderr; reports hold all of them. */
const SAID_PER_FILE = 20;

class Scan {
  readonly #tally: Tally;
  readonly #decided: DecidedTally;
  readonly #incomplete: Incomplete[] = [];
  readonly #said = new Map<string, number>();
  #reference: ReferenceKind;
  #completedBy: CompletionSource;

  constructor(
    private readonly flags: ScanFlags,
    private readonly project: Project,
    private readonly inputs: readonly CorpusFile[],
    private readonly decisions: DecisionIndex,
    private readonly opened: OpenResult,
    private readonly output: Output,
    private readonly environment: Environment,
  ) {
    this.#tally = new Tally(project.facts, project.threshold);
    this.#decided = new DecidedTally(decisions, project.threshold);
    // What the engine will say too; needed for a corpus without records.
    this.#reference = referenceKindOf(project);
    this.#completedBy = completerOf(this.#reference, project.onPolicy, opened.comparison);
  }

  async run(engine: CachedEngine): Promise<ExitCode> {
    const { messages } = this.environment;
    const started = Date.now();
    await this.#giveForgetSet(engine);
    try {
      const summary = await this.#scan(engine);
      await this.output.commit();
      messages.clearProgress();
      const { records, tokens } = this.#tally.totals;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      const files = count(this.inputs.length, 'file');
      const known = engine.cachedRecords === 0 ? '' : `; ${grouped(engine.cachedRecords)} were known from before`;
      messages.say(
        `Scanned ${count(records, 'record')} (${grouped(tokens)} tokens) of ${files} in ${seconds} s${known}.`,
      );
      return this.#exitCode(summary.incomplete.length > 0);
    } catch (error) {
      if (error instanceof ReaderGone) {
        // Whoever read has seen enough; what was not read any more counts as not scanned unless it leaked already.
        const found = this.#exitCode(false);
        return found === EXIT.clean ? EXIT.incomplete : found;
      }
      throw error;
    }
  }

  async #giveForgetSet(engine: CachedEngine): Promise<void> {
    const { facts, forgetSetPath } = this.project;
    const { unscorable } = await engine.setForgetSet(facts);
    const lines = new Map(facts.map(({ id, line }) => [id, line]));
    for (const { fact, message } of unscorable) {
      this.#addIncomplete(
        {
          file: shownPath(forgetSetPath),
          line: lines.get(fact) ?? 1,
          message: `fact ${JSON.stringify(fact)}: ${message}`,
        },
        1,
      );
    }
  }

  async #scan(engine: CachedEngine): Promise<Summary> {
    const { flags, project, environment } = this;
    const { messages, stdout, signal } = environment;
    const stream = flags.output === undefined ? stdout : null;
    const shown = flags.showAnswers === true ? project.facts : null;
    const report = scanReport(flags.format, this.output, project.temperature, {
      style: styleFor(stream),
      width: widthOf(stream),
      threshold: project.threshold,
      shown: shown && new Map(shown.map((fact) => [fact.id, fact])),
    });
    const scanned = scanCorpus(engine, this.inputs, {
      textField: project.corpus.textField,
      settings: scanSettings(project),
      signal,
      onProgress: (fraction) => messages.progress(fraction, () => `${count(this.#tally.totals.leaks, 'leak')} so far`),
      onIncomplete: (place, column) => this.#addIncomplete(place, column),
      onFileRead: (file, records) => {
        if (records === 0) {
          messages.say(`${file}: no records`);
        }
      },
    });
    for await (const each of scanned) {
      this.#reference = each.batch.reference;
      this.#completedBy = each.batch.completedBy;
      for (const message of each.scores.skipped) {
        this.#addIncomplete({ file: each.file, line: each.record.line, message }, 1);
      }
      const decisions = decisionsOn(each.record.text, this.decisions);
      this.#decided.add(each.scores.leaks, decisions);
      const leaks = this.#tally.add({ ...each.scores, leaks: countedLeaks(each.scores.leaks, decisions) });
      if (leaks.length > 0) {
        // Both may be the same terminal.
        messages.clearProgress();
      }
      await report.add(each, leaks);
    }
    const summary = summarise(this.#tally, {
      files: this.inputs.length,
      reference: this.#reference,
      completedBy: this.#completedBy,
      comparison: this.opened.comparison,
      onPolicy: project.onPolicy,
      threshold: project.threshold,
      calibrated: project.resolved.calibrated,
      expectedFalseFlagsPer1000: project.resolved.expectedFalseFlagsPer1000,
      temperature: project.temperature,
      tellsUnattributed: project.unattributed && this.opened.comparison.reference === 'tokens',
      models: modelSummaries(this.opened),
      decided: this.decisions.isEmpty ? null : this.#decided.totals,
      incomplete: incompleteInOrder(
        this.#incomplete,
        this.inputs.map(({ file }) => file),
      ),
      shown,
    });
    messages.clearProgress();
    await report.finish(summary, this.#tally);
    return summary;
  }

  #addIncomplete(place: Incomplete, column: number): void {
    const { messages } = this.environment;
    this.#incomplete.push(place);
    const said = (this.#said.get(place.file) ?? 0) + 1;
    this.#said.set(place.file, said);
    if (said <= SAID_PER_FILE) {
      messages.say(`${place.file}:${place.line}:${column}: ${place.message}`);
    } else if (said === SAID_PER_FILE + 1) {
      messages.say(`${place.file}: more places like these; the report lists all of them`);
    }
  }

  #exitCode(incomplete: boolean): ExitCode {
    return exitCodeOf(this.flags.failOn, this.#tally.totals, incomplete);
  }
}

async function openOutput(
  path: string | undefined,
  inputs: readonly CorpusFile[],
  project: Project,
  stdout: NodeJS.WriteStream,
): Promise<Output> {
  if (path === undefined) {
    return new StreamOutput(stdout);
  }
  const absolute = resolve(path);
  const sources = [...ownFiles(project), ...inputs.map((each) => each.path)];
  if (sources.includes(absolute)) {
    throw new SeepError('usage', `--output ${path}: the scan reads this file; choose another`, absolute);
  }
  return openFileOutput(absolute, `--output ${path}`);
}
