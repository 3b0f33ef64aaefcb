import { stat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { escapePath, glob } from 'tinyglobby';
import { DEFAULT_CONFIG } from '../core/config/parseConfig';
import { type CorpusFormat, formatOf } from '../core/records/corpusFormat';
import { modelFolders, type ProjectSettings } from './project';

/** A corpus file to read. */
export interface CorpusFile {
  /** Absolute. */
  readonly path: string;
  /** As reports name it. */
  readonly file: string;
  readonly format: CorpusFormat;
  readonly bytes: number;
}

/** Looks at a file; null: it is of no kind that Seep reads. Throws the system's errors. */
export async function corpusFile(path: string, file: string): Promise<CorpusFile | null> {
  const format = formatOf(path);
  return format === null ? null : { path, file, format, bytes: (await stat(path)).size };
}

/**
 * The corpus files that `seep.json` names, absolute and sorted. Folders of models and checkpoints and the project's own files are never part
 * of the corpus, nor are files that Seep does not read.
 */
export async function findCorpusFiles(settings: Omit<ProjectSettings, 'givenThreshold'>): Promise<string[]> {
  const { root, corpus } = settings;
  return find(root, corpus.include, corpus.exclude, settings);
}

/** All files below a folder that Seep reads, likewise; those that no corpus includes by itself are left out. */
export async function findFilesBelow(
  folder: string,
  settings: Omit<ProjectSettings, 'givenThreshold'>,
): Promise<string[]> {
  return find(folder, ['**/*'], DEFAULT_CONFIG.corpus.exclude, settings);
}

async function find(
  folder: string,
  include: readonly string[],
  exclude: readonly string[],
  settings: Omit<ProjectSettings, 'givenThreshold'>,
): Promise<string[]> {
  const own = ownFiles(settings);
  const { root, checkpoints } = settings;
  const found = await glob([...include], {
    cwd: folder,
    ignore: [...exclude, ...checkpoints.map((name) => checkpointFiles(root, name))],
    absolute: true,
    onlyFiles: true,
  });
  return found
    .map((path) => resolve(path))
    .filter((path) => formatOf(path) !== null && !own.includes(path))
    .filter((path) => !isInModel(path, settings))
    .sort();
}

/** Whether a file is below the folder of a model: such files are no corpus, whatever they hold. Takes no notice of patterns. */
export function isInModel(
  path: string,
  settings: Pick<ProjectSettings, 'teacher' | 'student' | 'reference' | 'checkpoints' | 'root'>,
): boolean {
  const checkpoints = settings.checkpoints.map((name) => resolve(settings.root, name));
  return [...modelFolders(settings), ...checkpoints].some((folder) => path.startsWith(folder + sep));
}

/** A pattern for the files below all folders that a pattern of checkpoints matches. */
function checkpointFiles(root: string, name: string): string {
  const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name;
  return isAbsolute(name) ? `${pattern}/**` : `${escapePath(root)}/${pattern}/**`;
}

/** The files that describe the project, those that are not there included. */
export function ownFiles({
  configPath,
  forgetSetPath,
  calibrationPath,
  decisionsPath,
}: Pick<ProjectSettings, 'configPath' | 'forgetSetPath' | 'calibrationPath' | 'decisionsPath'>): string[] {
  return [configPath, forgetSetPath, calibrationPath, decisionsPath].filter((path) => path !== null);
}
