import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { SeepError } from '../../core/errors';
import { t } from '../../core/l10n';

/** What makes a folder that a pattern matches a model: others, such as those of optimiser states, are passed over. */
const MARK = 'tokenizer.json';

/**
 * Model folders that folder names and patterns stand for, absolute. A folder that is named is taken as it is (what is wrong with it is the
 * engine's to say); of those that a pattern matches, the ones that hold a tokenizer.
 * @param root where relative names start
 * @param where what names them, for messages
 */
export async function findCheckpoints(
  names: readonly string[],
  root: string,
  where: string,
  fail: (message: string) => SeepError = (message) => new SeepError('usage', message),
): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const path = resolve(root, name);
      const state = await stat(path).catch(() => null);
      if (state?.isDirectory()) {
        return [path];
      }
      const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name;
      if (state !== null || !isDynamicPattern(pattern)) {
        throw fail(`${where} ${name}: ${state === null ? t('there is no such folder') : t('this is no folder')}`);
      }
      const folders = await glob(pattern, {
        cwd: root,
        absolute: true,
        onlyDirectories: true,
        expandDirectories: false,
      });
      const isModel = await Promise.all(folders.map((folder) => stat(join(folder, MARK)).catch(() => null)));
      const models = folders.filter((_, at) => isModel[at] !== null).map((folder) => resolve(folder));
      if (models.length === 0) {
        throw fail(t('{0} {1}: no folder with a model (a {2}) matches', where, name, MARK));
      }
      return models;
    }),
  );
  return [...new Set(found.flat())];
}
