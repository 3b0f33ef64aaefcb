import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Config, DEFAULT_CONFIG, parseConfig, REFERENCE_WORDS } from '../core/config/parseConfig';
import { type Problem, SeepError, type SeepErrorCode } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { parseForgetSet } from '../core/forget/parseForgetSet';
import { DEFAULT_THRESHOLD } from '../core/score/leak';
import type { ScanParams, SwapSettings } from '../protocol/engine';
import { fileError } from './fileErrors';
import { decodeUtf8, describeEncoding } from './utf8';

/** What a scan needs to know: a `seep.json` with its forget set, flags laid over it. All paths are absolute. */
export interface Project {
  /** The `seep.json`; null when flags alone describe the project. */
  readonly configPath: string | null;
  /** Folder that corpus globs start from: that of the `seep.json`, else the working directory. */
  readonly root: string;
  readonly teacher: string;
  readonly student: string | null;
  /** Folder of the reference model. */
  readonly reference: string | null;
  /** How p_R is made without a reference model; null: not at all, or there is one. */
  readonly swap: SwapSettings | null;
  readonly forgetSetPath: string;
  readonly facts: readonly Fact[];
  readonly corpus: Config['corpus'];
  readonly temperature: number;
  readonly threshold: number;
  readonly calibrationPath: string;
  readonly onPolicy: boolean;
  readonly unattributed: boolean;
  readonly provider: Config['provider'];
  /** SHA-256 (hex) over everything above that decides what a scan says; not over the contents of the models. */
  readonly hash: string;
}

/** Settings that take precedence over the file's. Relative paths start from the working directory. */
export interface ProjectOverrides {
  readonly teacher?: string | undefined;
  readonly student?: string | undefined;
  /** A folder, or one of {@link REFERENCE_WORDS}. */
  readonly reference?: string | undefined;
  readonly forgetSet?: string | undefined;
  readonly textField?: string | undefined;
  readonly temperature?: number | undefined;
  readonly threshold?: number | undefined;
  readonly onPolicy?: boolean | undefined;
  readonly unattributed?: boolean | undefined;
  readonly provider?: Config['provider'] | undefined;
}

/** How a path is written in messages. */
export type ShowPath = (path: string) => string;

/** A file of the project is wrong; `problems` holds every fault and `file` its path. */
export class ProjectError extends SeepError {
  constructor(
    code: SeepErrorCode,
    file: string,
    readonly problems: readonly Problem[],
    show: ShowPath,
  ) {
    super(code, listProblems(show(file), problems), file);
  }
}

/**
 * Reads the project. Throws SeepError `config` or `forget-set` for faulty or missing files (as {@link ProjectError} where
 * places can be pointed at) and for a missing teacher or forget set. Whether the model folders exist is the engine's to say.
 */
export async function loadProject(
  configPath: string | null,
  overrides: ProjectOverrides = {},
  show: ShowPath = (path) => path,
): Promise<Project> {
  const settings = await loadSettings(configPath, overrides, show);
  const { teacher, forgetSetPath } = settings;
  const where = configPath === null ? '' : ` or "teacher" in ${show(configPath)}`;
  if (teacher === null) {
    throw new SeepError('config', `No teacher model: give --teacher DIR${where}.`, configPath ?? undefined);
  }
  if (forgetSetPath === null) {
    const mend = `give --forget FILE${where.replace('teacher', 'forgetSet')}`;
    throw new SeepError('config', `No forget set: ${mend}.`, configPath ?? undefined);
  }
  const facts = await loadForgetSet(forgetSetPath, show);
  const project = { ...settings, teacher, forgetSetPath, facts };
  return { ...project, hash: createHash('sha256').update(JSON.stringify(project)).digest('hex') };
}

/** A {@link Project} before its forget set is read; what was given nowhere is null. */
export type ProjectSettings = Omit<Project, 'teacher' | 'forgetSetPath' | 'facts' | 'hash'> & {
  readonly teacher: string | null;
  readonly forgetSetPath: string | null;
};

/** The first half of {@link loadProject}: reads only the `seep.json`. */
export async function loadSettings(
  configPath: string | null,
  overrides: ProjectOverrides = {},
  show: ShowPath = (path) => path,
): Promise<ProjectSettings> {
  const root = configPath === null ? process.cwd() : dirname(resolve(configPath));
  let config = DEFAULT_CONFIG;
  if (configPath !== null) {
    const parsed = parseConfig(await readText(configPath, 'config', show));
    if (parsed.problems.length > 0) {
      throw new ProjectError('config', configPath, parsed.problems, show);
    }
    config = parsed.config;
  }
  const path = (override: string | undefined, own: string | null) =>
    override !== undefined ? resolve(override) : own === null ? null : resolve(root, own);
  const wantedReference = overrides.reference ?? config.reference;
  const isFolder = !isReferenceWord(wantedReference);
  return {
    configPath: configPath === null ? null : resolve(configPath),
    root,
    teacher: path(overrides.teacher, config.teacher),
    student: path(overrides.student, config.student),
    reference: isFolder ? path(overrides.reference, config.reference) : null,
    swap: wantedReference === 'swap' ? config.swap : null,
    forgetSetPath: path(overrides.forgetSet, config.forgetSet),
    corpus: { ...config.corpus, textField: overrides.textField ?? config.corpus.textField },
    temperature: overrides.temperature ?? config.temperature,
    threshold: overrides.threshold ?? config.threshold ?? DEFAULT_THRESHOLD,
    calibrationPath: resolve(root, config.calibration),
    onPolicy: overrides.onPolicy ?? config.onPolicy,
    unattributed: overrides.unattributed ?? config.unattributed,
    provider: overrides.provider ?? config.provider,
  };
}

function isReferenceWord(text: string): boolean {
  return (REFERENCE_WORDS as readonly string[]).includes(text);
}

/** What a scan of the project asks of the engine besides its records. */
export function scanSettings({ temperature, swap, onPolicy, unattributed }: Project): Omit<ScanParams, 'records'> {
  return { temperature, swap, onPolicy, unattributed, branches: false };
}

/** The second half of {@link loadProject}: reads a forget set. */
export async function loadForgetSet(path: string, show: ShowPath = (each) => each): Promise<Fact[]> {
  const { facts, problems } = parseForgetSet(await readText(path, 'forget-set', show));
  if (problems.length > 0) {
    throw new ProjectError('forget-set', path, problems, show);
  }
  return facts;
}

async function readText(path: string, code: SeepErrorCode, show: ShowPath): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fileError(error, code, path, show(path));
  }
  const text = decodeUtf8(bytes);
  if (typeof text === 'string') {
    return text;
  }
  throw new SeepError(code, `${show(path)}: ${describeEncoding(bytes, text.invalidAt)}`, path);
}

const MAX_LISTED = 20;

function listProblems(file: string, problems: readonly Problem[]): string {
  const lines = problems.slice(0, MAX_LISTED).map((each) => `${file}:${each.line}:${each.column}: ${each.message}`);
  const more = problems.length - lines.length;
  return more > 0 ? `${lines.join('\n')}\n${file}: and ${more} more` : lines.join('\n');
}
