import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Config, DEFAULT_CONFIG, parseConfig, REFERENCE_WORDS } from '../core/config/parseConfig';
import { DECISIONS_FILE } from '../core/decisions/decision';
import { SeepError, type SeepErrorCode } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { parseForgetSet } from '../core/forget/parseForgetSet';
import type { OpenResult, ScanParams, SwapSettings } from '../protocol/engine';
import {
  type ResolvedThreshold,
  readCalibration,
  referenceKindOf,
  resolveThreshold,
  sha256,
  swapHash,
  type ThresholdParts,
} from './calibration';
import { fileError } from './fileErrors';
import { missingSetting } from './missingSetting';
import { ProjectError, type ShowPath } from './projectError';
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
  /** Further models that a probe asks: folders or patterns, relative to `root`. */
  readonly checkpoints: Config['checkpoints'];
  readonly forgetSetPath: string;
  readonly facts: readonly Fact[];
  readonly corpus: Config['corpus'];
  /** What an audit compares unless it is told. */
  readonly audit: Config['audit'];
  readonly temperature: number;
  /** The threshold in force, which `resolved` says more of. Before the models are open it may be that of a calibration for others. */
  readonly threshold: number;
  readonly resolved: ResolvedThreshold;
  readonly thresholdParts: ThresholdParts;
  readonly calibrationPath: string;
  /** The decisions' file, which need not be there. */
  readonly decisionsPath: string;
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
  const config = configPath && show(configPath);
  if (teacher === null) {
    throw new SeepError('config', missingSetting('teacher', config, true), configPath ?? undefined);
  }
  if (forgetSetPath === null) {
    throw new SeepError('config', missingSetting('forgetSet', config, true), configPath ?? undefined);
  }
  const { givenThreshold, ...others } = settings;
  const { facts, hash: forgetSet } = await loadForgetSet(forgetSetPath, show);
  const thresholdParts: ThresholdParts = {
    given: givenThreshold,
    // What nobody needs cannot be at fault.
    calibration: givenThreshold === null ? await readCalibration(settings.calibrationPath, show) : null,
    reference: referenceKindOf(settings),
    swap: swapHash(settings.swap),
    forgetSet,
  };
  return withThreshold({ ...others, teacher, forgetSetPath, facts, thresholdParts }, null);
}

/** The project with the threshold that holds for these models: a calibration for others does not count. */
export function settleThreshold(project: Project, models: OpenResult['models']): Project {
  const { threshold, resolved, hash, ...rest } = project;
  return withThreshold(rest, models);
}

function withThreshold(
  rest: Omit<Project, 'threshold' | 'resolved' | 'hash'>,
  models: OpenResult['models'] | null,
): Project {
  const resolved = resolveThreshold(rest.thresholdParts, models);
  const project = { ...rest, threshold: resolved.threshold, resolved };
  return { ...project, hash: sha256(JSON.stringify(project)) };
}

/** A {@link Project} before its forget set and its calibration are read; what was given nowhere is null. */
export type ProjectSettings = Omit<
  Project,
  'teacher' | 'forgetSetPath' | 'facts' | 'threshold' | 'resolved' | 'thresholdParts' | 'hash'
> & {
  readonly teacher: string | null;
  readonly forgetSetPath: string | null;
  /** By `seep.json` or a flag. */
  readonly givenThreshold: number | null;
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
    checkpoints: config.checkpoints,
    forgetSetPath: path(overrides.forgetSet, config.forgetSet),
    corpus: { ...config.corpus, textField: overrides.textField ?? config.corpus.textField },
    audit: { raw: path(undefined, config.audit.raw), filtered: path(undefined, config.audit.filtered) },
    temperature: overrides.temperature ?? config.temperature,
    givenThreshold: overrides.threshold ?? config.threshold,
    calibrationPath: resolve(root, config.calibration),
    decisionsPath: resolve(root, DECISIONS_FILE),
    onPolicy: overrides.onPolicy ?? config.onPolicy,
    unattributed: overrides.unattributed ?? config.unattributed,
    provider: overrides.provider ?? config.provider,
  };
}

function isReferenceWord(text: string): boolean {
  return (REFERENCE_WORDS as readonly string[]).includes(text);
}

/** The folders of the models that a scan of the project opens. */
export function modelFolders({
  teacher,
  student,
  reference,
}: Pick<ProjectSettings, 'teacher' | 'student' | 'reference'>): string[] {
  return [teacher, student, reference].filter((folder) => folder !== null);
}

/** What a scan of the project asks of the engine besides its records. */
export function scanSettings({ temperature, swap, onPolicy, unattributed }: Project): Omit<ScanParams, 'records'> {
  return { temperature, swap, onPolicy, unattributed, branches: false };
}

/** The second half of {@link loadProject}: reads a forget set. `hash` is the SHA-256 of its file, hex. */
export async function loadForgetSet(
  path: string,
  show: ShowPath = (each) => each,
): Promise<{ facts: Fact[]; hash: string }> {
  const text = await readText(path, 'forget-set', show);
  const { facts, problems } = parseForgetSet(text);
  if (problems.length > 0) {
    throw new ProjectError('forget-set', path, problems, show);
  }
  // Strictly decoded UTF-8 encodes back to the file's bytes.
  return { facts, hash: sha256(text) };
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
