import { resolve } from 'node:path';
import { corpusSide, refuseSharedFiles } from '../client/audit/corpusSide';
import { pairCorpora } from '../client/audit/pairCorpora';
import { runAudit } from '../client/audit/runAudit';
import { ownFiles } from '../client/corpusFiles';
import { openFileOutput } from '../client/fileOutput';
import { loadProject, loadSettings, type ProjectSettings } from '../client/project';
import { AuditTally } from '../core/audit/auditTally';
import { SeepError } from '../core/errors';
import { grouped } from '../core/l10n';
import { auditReport } from './auditReport';
import { count } from './count';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode, exitCodeOf } from './exitCodes';
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
import { styleFor, widthOf } from './terminal';

export type AuditFlags = ProjectFlags & CacheFlags & DecisionFlags & ReportFlags;

/** `seep audit`: what a filter removed, what it left, and whether that keeps the facts from the student. */
export async function auditCommand(
  rawPath: string | undefined,
  filteredPath: string | undefined,
  flags: AuditFlags,
  environment: Environment,
): Promise<ExitCode> {
  const { messages, stdout, signal } = environment;
  const configPath = configPathOf(flags);
  const overrides = overridesOf(flags);
  const settings = await loadSettings(configPath, overrides, shownPath);
  const paths = sidesOf(rawPath, filteredPath, settings);
  const raw = await corpusSide(paths.raw, settings, shownPath);
  const filtered = await corpusSide(paths.filtered, settings, shownPath);
  await refuseSharedFiles(raw, filtered);
  const project = await loadProject(configPath, overrides, shownPath);
  const decisions = await decisionsOf(flags, project);
  const { textField } = project.corpus;
  const files = [...raw.files, ...filtered.files].map(({ path }) => path);
  const output =
    flags.output === undefined
      ? new StreamOutput(stdout)
      : await openFileOutput(resolve(flags.output), `--output ${flags.output}`, [...ownFiles(project), ...files]);
  const engine = createEngine(environment, flags.cache);
  const incomplete = IncompletePlaces.ofReport(messages, flags.format);
  const stream = flags.output === undefined ? stdout : null;
  const report = auditReport(flags.format, output, { style: styleFor(stream), width: widthOf(stream) });
  const started = Date.now();
  let tally: AuditTally | null = null;
  try {
    // Before the models are loaded: nobody should wait for them to hear that the files do not belong together.
    const paired = await pairCorpora(raw, filtered, {
      textField,
      signal,
      onProgress: (fraction) => messages.progress(fraction, () => 'pairing records'),
    });
    const { project: settled, opened } = await openModels(engine, project, environment);
    const counts = new AuditTally(settled.facts, settled.threshold);
    tally = counts;
    const summary = await runAudit(engine, settled, opened, paired, counts, {
      decisions,
      signal,
      show: shownPath,
      showAnswers: flags.showAnswers === true,
      onProgress: (fraction) =>
        messages.progress(fraction, () => `${count(counts.after.totals.leaks, 'leak')} left so far`),
      onIncomplete: (place, column) => incomplete.add(place, column),
      onRecord: (audited) => report.add(audited),
    });
    messages.clearProgress();
    await report.finish(summary, counts);
    await output.commit();
    const records = count(summary.records.raw, 'raw record');
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const known = engine.cachedRecords === 0 ? '' : `; ${grouped(engine.cachedRecords)} were known from before`;
    messages.say(`Audited ${records} against ${grouped(summary.records.filtered)} filtered in ${seconds} s${known}.`);
    return exitCodeOf(flags.failOn, counts.after.totals, incomplete.count > 0);
  } catch (error) {
    if (error instanceof ReaderGone) {
      // Whoever read has seen enough; what was not read any more counts as not scanned unless it leaked already.
      const found = tally === null ? EXIT.clean : exitCodeOf(flags.failOn, tally.after.totals, false);
      return found === EXIT.clean ? EXIT.incomplete : found;
    }
    throw error;
  } finally {
    messages.clearProgress();
    await Promise.all([engine.dispose(), output.discard(), report.close()]);
  }
}

/** What is compared: the two arguments, or without any what `seep.json` names. */
function sidesOf(
  raw: string | undefined,
  filtered: string | undefined,
  { audit, configPath }: ProjectSettings,
): { readonly raw: string; readonly filtered: string } {
  if (raw !== undefined && filtered !== undefined) {
    return { raw, filtered };
  }
  if (raw === undefined && audit.raw !== null && audit.filtered !== null) {
    return { raw: audit.raw, filtered: audit.filtered };
  }
  const where = configPath === null ? '' : `, or "audit": {"raw": ..., "filtered": ...} in ${shownPath(configPath)}`;
  throw new SeepError('usage', `An audit compares two files or folders: give RAW and FILTERED${where}.`);
}
