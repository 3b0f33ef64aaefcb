import { resolve } from 'node:path';
import { version } from '../../package.json';
import { calibrate } from '../client/calibrate';
import type { CorpusFile } from '../client/corpusFiles';
import { sharedFile } from '../client/fileIdentity';
import { openFileOutput } from '../client/fileOutput';
import { loadProject, loadSettings } from '../client/project';
import { formatCalibration } from '../core/calibrate/calibration';
import { calibrationWords } from '../core/calibrate/calibrationWords';
import { SeepError } from '../core/errors';
import { DEFAULT_THRESHOLD } from '../core/score/leak';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { findInputs } from './findInputs';
import { IncompletePlaces } from './incompletePlaces';
import { StreamOutput } from './output';
import { shownPath } from './paths';
import { type CacheFlags, configPathOf, overridesOf, type ProjectFlags } from './projectFlags';

export interface CalibrateFlags extends ProjectFlags, CacheFlags {
  readonly control?: readonly string[];
  readonly target: number;
  readonly output?: string;
}

/** `seep calibrate`: fits the threshold to the corpus and writes it down. Says what it found on stdout. */
export async function calibrateCommand(
  args: readonly string[],
  flags: CalibrateFlags,
  environment: Environment,
): Promise<ExitCode> {
  const { messages, signal, stdout } = environment;
  const configPath = configPathOf(flags);
  // A threshold as if given: the calibration that is there already does not matter, and may be broken.
  const overrides = { ...overridesOf(flags), threshold: DEFAULT_THRESHOLD };
  const settings = await loadSettings(configPath, overrides, shownPath);
  const corpus = await findInputs(args, settings);
  const control = flags.control === undefined ? [] : await findInputs(flags.control, settings);
  await refuseShared(corpus, control);
  const project = await loadProject(configPath, overrides, shownPath);
  const path = flags.output === undefined ? project.calibrationPath : resolve(flags.output);
  const read = [project.configPath, project.forgetSetPath, ...[...corpus, ...control].map((file) => file.path)];
  const sources = read.filter((each) => each !== null);
  // Opened first: nobody should wait for a calibration that cannot be kept.
  const output = await openFileOutput(path, shownPath(path), sources);
  const engine = createEngine(environment, flags.cache);
  const incomplete = new IncompletePlaces(messages);
  try {
    messages.progress(0, () => 'loading models');
    const { teacher, student, reference, provider } = project;
    const opened = await engine.open({ teacher, student, reference, provider }, signal);
    for (const notice of opened.notices) {
      messages.say(notice);
    }
    const { calibration, notices } = await calibrate(engine, project, opened.models, {
      seep: version,
      corpus,
      control,
      target: flags.target,
      givenThreshold: (await loadSettings(configPath, {}, shownPath)).givenThreshold,
      signal,
      show: shownPath,
      onProgress: (fraction, what) => messages.progress(fraction, () => what),
      onIncomplete: (place, column) => incomplete.add(place, column),
    });
    await output.write(formatCalibration(calibration));
    await output.commit();
    messages.clearProgress();
    for (const notice of notices) {
      messages.say(notice);
    }
    await new StreamOutput(stdout).write(
      `${calibrationWords(calibration).join('\n')}\nWritten to ${shownPath(path)}.\n`,
    );
    return incomplete.count > 0 ? EXIT.incomplete : EXIT.clean;
  } finally {
    messages.clearProgress();
    await Promise.all([engine.dispose(), output.discard()]);
  }
}

async function refuseShared(corpus: readonly CorpusFile[], control: readonly CorpusFile[]): Promise<void> {
  const shared = await sharedFile(control, corpus);
  if (shared !== undefined) {
    const message = `${shared.file} is both corpus and control file; a control file holds text of its own, in which no fact is to be known`;
    throw new SeepError('usage', message, shared.path);
  }
}
