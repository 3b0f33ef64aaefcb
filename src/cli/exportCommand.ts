import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CachedEngine } from '../client/cache/cachedEngine';
import { checkExport } from '../client/checkExport';
import { copyClean } from '../client/cleanCorpus';
import { cleanName, cleanNote, openCleanOutput } from '../client/cleanTarget';
import { type CorpusFile, ownFiles } from '../client/corpusFiles';
import { exportLeaks, unscorableFact } from '../client/exportCorpus';
import { fileError, isSystemError } from '../client/fileErrors';
import { type Output, openFileOutput } from '../client/fileOutput';
import { loadProject, loadSettings, type Project } from '../client/project';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { SeepError } from '../core/errors';
import type { ExportKind } from '../core/export/exportFormat';
import { temperatureWarning } from '../core/export/exportWords';
import { grouped } from '../core/l10n';
import type { OpenResult } from '../protocol/engine';
import { count } from './count';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
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

export interface ExportFlags extends ProjectFlags, CacheFlags, DecisionFlags {
  readonly output?: string;
}

/** `seep export redactions|masks`: what training needs to know of the leaks, in one file for all inputs. */
export async function exportLeaksCommand(
  kind: ExportKind,
  args: readonly string[],
  flags: ExportFlags,
  environment: Environment,
): Promise<ExitCode> {
  const { messages, signal, stdout } = environment;
  const { files, project, decisions } = await prepare(args, flags);
  const output =
    flags.output === undefined
      ? new StreamOutput(stdout)
      : await openFileOutput(resolve(flags.output), `--output ${flags.output}`, sourcesOf(project, files));
  return withEngine(kind, project, flags, environment, [output], async (engine, settled, models, incomplete) => {
    const totals = await exportLeaks(
      kind,
      engine,
      settled,
      models,
      {
        files,
        signal,
        decisions,
        show: shownPath,
        onProgress: (fraction) => messages.progress(fraction, () => 'exporting'),
        onIncomplete: (place, column) => incomplete.add(place, column),
      },
      (text) => output.write(text),
    );
    await output.commit();
    messages.clearProgress();
    const { positions, records, scored, ignored } = totals;
    const share = `${count(positions, 'position')} of ${count(records, 'record')}`;
    messages.say(
      `Exported ${share}; ${count(scored, 'record')} scored, threshold ${settled.threshold}${ignoredWords(ignored)}.`,
    );
  });
}

/** `seep export clean`: the files without their leaking records. */
export async function exportCleanCommand(
  args: readonly string[],
  flags: ExportFlags,
  environment: Environment,
): Promise<ExitCode> {
  const { messages, signal, stdout } = environment;
  const { files, project, decisions } = await prepare(args, flags);
  const targets = await cleanTargets(flags.output, files);
  const sources = sourcesOf(project, files);
  const outputs: Output[] = [];
  try {
    for (const { path, source } of targets) {
      outputs.push(
        path === null ? new StreamOutput(stdout) : await openCleanOutput(path, shownPath(path), source, sources),
      );
    }
  } catch (error) {
    await Promise.all(outputs.map((output) => output.discard()));
    throw error;
  }
  return withEngine('clean', project, flags, environment, outputs, async (engine, settled, _models, incomplete) => {
    const { unscorable } = await engine.setForgetSet(settled.facts);
    for (const { fact, message } of unscorable) {
      incomplete.add(unscorableFact(settled, fact, message, shownPath), 1);
    }
    const options = {
      signal,
      decisions,
      show: shownPath,
      onIncomplete: (...place: Parameters<IncompletePlaces['add']>) => incomplete.add(...place),
    };
    for (const [index, source] of files.entries()) {
      const output = outputs[index] ?? new StreamOutput(stdout);
      const onProgress = (fraction: number) =>
        messages.progress((index + fraction) / files.length, () => `exporting ${source.file}`);
      const totals = await copyClean(engine, settled, source, { ...options, onProgress }, (text) => output.write(text));
      const failed =
        totals.incomplete === 0 ? '' : `, and ${count(totals.incomplete, 'place')} that could not be scored`;
      const decided = totals.dropped === 0 ? '' : `, ${grouped(totals.dropped)} by decision`;
      messages.say(
        `${source.file}: kept ${count(totals.kept, 'record')}; left out ${grouped(totals.leaking)} that leak${decided}${failed}.`,
      );
      const note = cleanNote(source, settled.corpus.textField);
      if (note !== null) {
        messages.say(`${source.file}: ${note}`);
      }
    }
    // All or nothing: half of a corpus would look like all of it.
    for (const output of outputs) {
      await output.commit();
    }
  });
}

/** `seep export check`: refuses an export that was made for other models, or is not whole. */
export async function checkExportCommand(
  file: string,
  flags: ProjectFlags,
  environment: Environment,
): Promise<ExitCode> {
  const { messages, signal, stdout } = environment;
  const project = await loadProject(configPathOf(flags), overridesOf(flags), shownPath);
  const engine = createEngine(environment, false);
  try {
    const { teacher, student, reference, provider } = project;
    const { models } = await engine.open({ teacher, student, reference, provider }, signal);
    const { kind, records, positions, incomplete } = await checkExport(file, project, models, shownPath, signal);
    await new StreamOutput(stdout).write(
      `${file}: ${kind} of ${count(positions, 'position')} in ${count(records, 'record')}, made for these models and this forget set.\n`,
    );
    if (incomplete > 0) {
      messages.say(
        `${file}: ${count(incomplete, 'record')} could not be scored when it was made; nothing is known of them.`,
      );
      return EXIT.incomplete;
    }
    return EXIT.clean;
  } finally {
    await engine.dispose();
  }
}

interface Prepared {
  readonly files: readonly CorpusFile[];
  readonly project: Project;
  readonly decisions: DecisionIndex;
}

async function prepare(args: readonly string[], flags: ExportFlags): Promise<Prepared> {
  const configPath = configPathOf(flags);
  const overrides = overridesOf(flags);
  const files = await findInputs(args, await loadSettings(configPath, overrides, shownPath));
  const project = await loadProject(configPath, overrides, shownPath);
  return { files, project, decisions: await decisionsOf(flags, project) };
}

function ignoredWords(ignored: number): string {
  return ignored === 0 ? '' : `; ${count(ignored, 'leak')} ignored by decision`;
}

async function withEngine(
  kind: ExportKind | 'clean',
  project: Project,
  flags: CacheFlags,
  environment: Environment,
  outputs: readonly Output[],
  work: (
    engine: CachedEngine,
    settled: Project,
    models: OpenResult['models'],
    incomplete: IncompletePlaces,
  ) => Promise<void>,
): Promise<ExitCode> {
  const { messages } = environment;
  const engine = createEngine(environment, flags.cache);
  const incomplete = new IncompletePlaces(messages);
  try {
    const warning = temperatureWarning(kind, project.temperature);
    if (warning !== null) {
      messages.say(warning);
    }
    const { project: settled, opened } = await openModels(engine, project, environment);
    await work(engine, settled, opened.models, incomplete);
    return incomplete.count > 0 ? EXIT.incomplete : EXIT.clean;
  } catch (error) {
    if (error instanceof ReaderGone) {
      return EXIT.incomplete;
    }
    throw error;
  } finally {
    messages.clearProgress();
    await Promise.all([engine.dispose(), ...outputs.map((output) => output.discard())]);
  }
}

/** Where each file goes; null: standard output. */
async function cleanTargets(
  output: string | undefined,
  files: readonly CorpusFile[],
): Promise<{ readonly path: string | null; readonly source: CorpusFile }[]> {
  const isFolder = output !== undefined && (await isDirectory(output));
  if (files.length > 1 && !isFolder) {
    if (output === undefined) {
      throw new SeepError('usage', 'Several files are exported: give --output DIR to put them into');
    }
    await mkdir(output, { recursive: true }).catch((error: unknown) => {
      if (isSystemError(error) && error.code === 'EEXIST') {
        throw new SeepError(
          'usage',
          `--output ${output}: this is a file; several files need a folder`,
          resolve(output),
        );
      }
      throw fileError(error, 'usage', resolve(output), `--output ${output}`);
    });
  } else if (!isFolder) {
    const path = output === undefined ? null : resolve(output);
    return files.map((source) => ({ path, source }));
  }
  const names = files.map(({ path }) => cleanName(path));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new SeepError('usage', `Two of the copies would be called ${twice}: export the files one by one`);
  }
  return files.map((source) => ({
    path: resolve(output ?? '', cleanName(source.path)),
    source,
  }));
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (state) => state.isDirectory(),
    () => false,
  );
}

function sourcesOf(project: Project, files: readonly CorpusFile[]): string[] {
  return [...ownFiles(project), ...files.map(({ path }) => path)];
}
