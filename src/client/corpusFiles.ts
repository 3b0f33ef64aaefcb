import { resolve, sep } from 'node:path';
import { glob } from 'tinyglobby';
import { formatOf } from '../core/records/readRecords';
import type { ProjectSettings } from './project';

/**
 * The corpus files that `seep.json` names, absolute and sorted. Folders of models and the project's own files are never part
 * of the corpus, nor are files that Seep does not read.
 */
export async function findCorpusFiles(settings: ProjectSettings): Promise<string[]> {
  const { root, corpus, teacher, student, reference, configPath, forgetSetPath } = settings;
  const own = [configPath, forgetSetPath].filter((path) => path !== null);
  const models = [teacher, student, reference].filter((path) => path !== null);
  const found = await glob([...corpus.include], {
    cwd: root,
    ignore: [...corpus.exclude],
    absolute: true,
    onlyFiles: true,
  });
  return found
    .map((path) => resolve(path))
    .filter((path) => formatOf(path) !== null && !own.includes(path))
    .filter((path) => !models.some((folder) => path.startsWith(folder + sep)))
    .sort();
}
