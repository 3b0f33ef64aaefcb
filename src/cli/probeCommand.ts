import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openFileOutput } from '../client/fileOutput';
import { findCheckpoints } from '../client/probe/findCheckpoints';
import { probedModels } from '../client/probe/probedModels';
import { runProbe } from '../client/probe/runProbe';
import { loadForgetSet, loadSettings } from '../client/project';
import { SeepError } from '../core/errors';
import { probeSummary } from '../core/probe/probeLine';
import { ProbeTable } from '../core/probe/probeTable';
import { count } from './count';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { ReaderGone, StreamOutput } from './output';
import { shownPath } from './paths';
import { writeProbeReport } from './probeReport';
import { type CacheFlags, configPathOf, overridesOf, type ProjectFlags } from './projectFlags';
import { FORMATS, type Format } from './reportFlags';
import { styleFor, widthOf } from './terminal';

const FAIL_ON = ['none', 'known'] as const;

/** Facts without prompts that are named on stderr; the report names all. */
const SAID = 20;

export interface ProbeFlags extends ProjectFlags, CacheFlags {
  readonly model?: readonly string[];
  readonly knownFrom: number;
  readonly tokens: number;
  readonly format: Format;
  readonly output?: string;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly showAnswers?: boolean;
}

export function addProbeReportFlags(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'how to report').choices(FORMATS).default('table'))
    .option('--output <file>', 'write the report here instead of to standard output')
    .addOption(
      new Option('--fail-on <what>', 'whether a student or checkpoint that knows a fact counts for the exit code')
        .choices(FAIL_ON)
        .default('known'),
    )
    .option(
      '--show-answers',
      'name prompts, answers and continuations (the report then tells what was to be forgotten)',
    );
}

/** `seep probe`: asks each model the forget set's prompts. */
export async function probeCommand(flags: ProbeFlags, environment: Environment): Promise<ExitCode> {
  const { messages, stdout, signal } = environment;
  const settings = await loadSettings(configPathOf(flags), overridesOf(flags), shownPath);
  const { configPath, forgetSetPath, provider } = settings;
  const further = await findCheckpoints(flags.model ?? [], process.cwd(), '--model');
  const models = await probedModels(settings, further, shownPath);
  const where = configPath === null ? '' : ` in ${shownPath(configPath)}`;
  if (models.length === 0) {
    throw new SeepError(
      'usage',
      `No model to probe: give --model DIR, or "teacher", "student" or "checkpoints"${where}.`,
    );
  }
  if (forgetSetPath === null) {
    throw new SeepError(
      'config',
      `No forget set: give --forget FILE, or "forgetSet"${where}.`,
      configPath ?? undefined,
    );
  }
  const { facts } = await loadForgetSet(forgetSetPath, shownPath);
  const table = new ProbeTable(facts, models, flags.knownFrom);
  const { notAsked } = table;
  for (const { fact, message } of notAsked.slice(0, SAID)) {
    messages.say(`${shownPath(forgetSetPath)}:${fact.line}: fact ${JSON.stringify(fact.id)} is not asked: ${message}`);
  }
  if (notAsked.length > SAID) {
    messages.say(
      `${shownPath(forgetSetPath)}: ${count(notAsked.length - SAID, 'more fact')} like these; the report lists all`,
    );
  }
  if (table.questions.length === 0) {
    const message = `${shownPath(forgetSetPath)}: no fact has "prompts", so there is nothing to ask.`;
    throw new SeepError('forget-set', message, forgetSetPath);
  }
  const sources = configPath === null ? [forgetSetPath] : [configPath, forgetSetPath];
  const output =
    flags.output === undefined
      ? new StreamOutput(stdout)
      : await openFileOutput(resolve(flags.output), `--output ${flags.output}`, sources);
  const started = Date.now();
  let name = '';
  try {
    const infos = await runProbe(table, () => createEngine(environment, flags.cache), {
      provider,
      tokens: flags.tokens,
      signal,
      onNotice: (notice) => messages.say(notice),
      onModel: (model) => {
        name = model.name;
      },
      onProgress: (fraction) => messages.progress(fraction, () => `asking ${name}`),
    });
    messages.clearProgress();
    const summary = probeSummary(
      table,
      infos.map(({ hash }) => hash),
    );
    for (const { fact, model, message } of summary.incomplete.slice(0, SAID)) {
      messages.say(`${model}: fact ${JSON.stringify(fact)}: ${message}`);
    }
    const stream = flags.output === undefined ? stdout : null;
    await writeProbeReport(flags.format, output, table, summary, {
      style: styleFor(stream),
      width: widthOf(stream),
      showAnswers: flags.showAnswers === true,
    });
    await output.commit();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    messages.say(`Asked ${count(models.length, 'model')} about ${count(summary.facts, 'fact')} in ${seconds} s.`);
    return summary.incomplete.length > 0 ? EXIT.incomplete : exitCode(flags, table);
  } catch (error) {
    if (error instanceof ReaderGone) {
      return exitCode(flags, table);
    }
    throw error;
  } finally {
    messages.clearProgress();
    await output.discard();
  }
}

function exitCode({ failOn }: ProbeFlags, { isKnown }: ProbeTable): ExitCode {
  return failOn === 'known' && isKnown ? EXIT.leaks : EXIT.clean;
}
