import { resolve } from 'node:path';
import { version } from '../../package.json';
import type { CachedEngine } from '../client/cache/cachedEngine';
import { type CorpusFile, ownFiles } from '../client/corpusFiles';
import { type Output, openFileOutput } from '../client/fileOutput';
import { loadProject, loadSettings, type Project } from '../client/project';
import { reportContext, reportOrigin } from '../client/reportContext';
import { SummedScan } from '../client/summedScan';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { grouped } from '../core/l10n';
import { unattributedNeeds } from '../core/report/comparisonWords';
import type { ReportOrigin } from '../core/report/formats/textReport';
import type { OpenResult } from '../protocol/engine';
import { count } from './count';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode, exitCodeOf } from './exitCodes';
import { findInputs } from './findInputs';
import { IncompletePlaces } from './incompletePlaces';
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
import { type ScanFormat, scanReport } from './scanReport';
import { styleFor, widthOf } from './terminal';

export type ScanFlags = ProjectFlags & CacheFlags & DecisionFlags & ReportFlags<ScanFormat>;

/**
 * `seep scan`: scores the files and reports their leaks. Rejects with SeepError for whatever keeps it from scanning at all.
 * @param command what was called, as reports tell it
 */
export async function scanCommand(
  args: readonly string[],
  flags: ScanFlags,
  environment: Environment,
  command: readonly string[],
): Promise<ExitCode> {
  const { messages, stdout } = environment;
  const configPath = configPathOf(flags);
  const overrides = overridesOf(flags);
  const inputs = await findInputs(args, await loadSettings(configPath, overrides, shownPath));
  const project = await loadProject(configPath, overrides, shownPath);
  const decisions = await decisionsOf(flags, project);
  const origin = await reportOrigin(project, { version, command, decisions, show: shownPath });
  const output = await openOutput(flags.output, inputs, project, stdout);
  const engine = createEngine(environment, flags.cache);
  try {
    const { project: settled, opened } = await openModels(engine, project, environment);
    const needs = project.unattributed ? unattributedNeeds(opened.comparison.reference) : null;
    if (needs !== null) {
      messages.say(needs);
    }
    return await reportScan(engine, settled, opened, { flags, inputs, decisions, origin, output, environment });
  } finally {
    messages.clearProgress();
    await Promise.all([engine.dispose(), output.discard()]);
  }
}

interface ScanParts {
  readonly flags: ScanFlags;
  readonly inputs: readonly CorpusFile[];
  readonly decisions: DecisionIndex;
  readonly origin: ReportOrigin;
  readonly output: Output;
  readonly environment: Environment;
}

async function reportScan(
  engine: CachedEngine,
  project: Project,
  opened: OpenResult,
  { flags, inputs, decisions, origin, output, environment }: ScanParts,
): Promise<ExitCode> {
  const { messages, stdout, signal } = environment;
  const started = Date.now();
  const incomplete = IncompletePlaces.ofReport(messages, flags.format);
  const showAnswers = flags.showAnswers === true;
  const stream = flags.output === undefined ? stdout : null;
  const report = scanReport(flags.format, output, reportContext(project, origin, showAnswers), {
    style: styleFor(stream),
    width: widthOf(stream),
  });
  const scan = new SummedScan(project, opened, {
    files: inputs,
    decisions,
    signal,
    showAnswers,
    show: shownPath,
    onProgress: (fraction) => messages.progress(fraction, () => `${count(scan.tally.totals.leaks, 'leak')} so far`),
    onIncomplete: (place, column) => incomplete.add(place, column),
    onFileRead: (file, records) => {
      if (records === 0) {
        messages.say(`${file}: no records`);
      }
    },
    onRecord: (scanned, leaks, ignored) => {
      if (leaks.length > 0) {
        // Both may be the same terminal.
        messages.clearProgress();
      }
      return report.add(scanned, leaks, ignored);
    },
  });
  const exitCode = (isIncomplete: boolean) => exitCodeOf(flags.failOn, scan.tally.totals, isIncomplete);
  try {
    const summary = await scan.run(engine);
    messages.clearProgress();
    await report.finish(summary, scan.tally);
    await output.commit();
    messages.clearProgress();
    const { records, tokens } = scan.tally.totals;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const known = engine.cachedRecords === 0 ? '' : `; ${grouped(engine.cachedRecords)} were known from before`;
    messages.say(
      `Scanned ${count(records, 'record')} (${grouped(tokens)} tokens) of ${count(inputs.length, 'file')} in ${seconds} s${known}.`,
    );
    return exitCode(incomplete.count > 0);
  } catch (error) {
    if (error instanceof ReaderGone) {
      // Whoever read has seen enough; what was not read any more counts as not scanned unless it leaked already.
      const found = exitCode(false);
      return found === EXIT.clean ? EXIT.incomplete : found;
    }
    throw error;
  } finally {
    await report.close();
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
  const sources = [...ownFiles(project), ...inputs.map((each) => each.path)];
  return openFileOutput(resolve(path), `--output ${path}`, sources);
}
