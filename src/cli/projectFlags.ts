import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readDecisionIndex } from '../client/decisionsFile';
import type { ProjectOverrides, ProjectSettings } from '../client/project';
import { PROVIDERS, TEMPERATURE_RANGE, THRESHOLD_RANGE } from '../core/config/parseConfig';
import { DECISIONS_FILE } from '../core/decisions/decision';
import { DecisionIndex } from '../core/decisions/decisionIndex';
import type { NumberRange } from '../core/json/objectReader';
import type { ProviderChoice } from '../protocol/engine';
import { shownPath } from './paths';

/** Flags that say which models and which forget set, and take precedence over `seep.json`. */
export interface ProjectFlags {
  readonly config?: string;
  readonly teacher?: string;
  readonly student?: string;
  readonly reference?: string;
  readonly forget?: string;
  readonly textField?: string;
  readonly temperature?: number;
  readonly threshold?: number;
  readonly provider?: ProviderChoice;
  readonly onPolicy?: boolean;
  readonly unattributed?: boolean;
}

/** Whether the decisions beside `seep.json` count. */
export interface DecisionFlags {
  readonly decisions: boolean;
}

export interface CacheFlags {
  readonly cache: boolean;
}

const CONFIG_NAME = 'seep.json';

export function addProjectFlags(command: Command): Command {
  return command
    .option(
      '--config <file>',
      `project file (default: ${CONFIG_NAME} in the working directory, if there is one)`,
      notEmpty,
    )
    .option('--teacher <dir>', 'model that is distilled from', notEmpty)
    .option('--student <dir>', 'model that is being trained', notEmpty)
    .option('--reference <dir>', 'model that should not know the facts, or "swap" or "none"', notEmpty)
    .option('--forget <file>', 'forget set, one fact a line', notEmpty)
    .addOption(new Option('--provider <name>', 'what computes').choices(PROVIDERS));
}

export function addTextFlag(command: Command): Command {
  return command.option(
    '--text-field <name>',
    'field or column that holds the text of a record, such as data.text',
    notEmpty,
  );
}

export function addScoreFlags(command: Command): Command {
  return addTextFlag(command)
    .option('--temperature <t>', 'distillation temperature', numberIn(TEMPERATURE_RANGE))
    .option('--threshold <l>', 'lift from which on it is a leak', numberIn(THRESHOLD_RANGE))
    .option('--on-policy', "the corpus is the student's own text: answers are completed by the teacher itself");
}

export function addUnattributedFlag(command: Command): Command {
  return command.option('--unattributed', 'also list what the teacher knows beyond the reference that no fact names');
}

export function addDecisionFlag(command: Command): Command {
  return command.option(
    '--no-decisions',
    `take no notice of what was decided (${DECISIONS_FILE} beside the project file)`,
  );
}

/** The decisions to go by; none where they are not to count. */
export async function decisionsOf(
  { decisions }: DecisionFlags,
  { decisionsPath }: Pick<ProjectSettings, 'decisionsPath'>,
): Promise<DecisionIndex> {
  return decisions ? readDecisionIndex(decisionsPath, shownPath) : DecisionIndex.EMPTY;
}

export function addCacheFlag(command: Command): Command {
  return command.option('--no-cache', 'score everything anew and keep no scores (see "seep cache")');
}

/** The `seep.json` to read: the one named, else that of the working directory; null where there is none. */
export function configPathOf({ config }: ProjectFlags): string | null {
  return config ?? (existsSync(CONFIG_NAME) ? CONFIG_NAME : null);
}

export function overridesOf(flags: ProjectFlags): ProjectOverrides {
  const { teacher, student, reference, forget, textField, temperature, threshold, provider } = flags;
  const { onPolicy, unattributed } = flags;
  return {
    teacher,
    student,
    reference,
    forgetSet: forget,
    textField,
    temperature,
    threshold,
    provider,
    onPolicy,
    unattributed,
  };
}

function notEmpty(value: string): string {
  if (value.trim() === '') {
    throw new InvalidArgumentError('It must not be empty.');
  }
  return value;
}

export function numberIn({ minimum, maximum }: NumberRange): (value: string) => number {
  return (value) => {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!(number >= minimum && number <= maximum)) {
      throw new InvalidArgumentError(`It must be a number between ${minimum} and ${maximum}.`);
    }
    return number;
  };
}

export function wholeIn(range: NumberRange): (value: string) => number {
  const parse = numberIn(range);
  return (value) => {
    const number = parse(value);
    if (!Number.isInteger(number)) {
      throw new InvalidArgumentError('It must be a whole number.');
    }
    return number;
  };
}
