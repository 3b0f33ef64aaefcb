import { dirname, relative } from 'node:path';
import type { CorpusScope } from './corpusScan';
import { projectName } from './projects';

/** What people call it: the folder of the project, and the part of it. */
export function scopeName({ configPath, folder }: CorpusScope): string {
  const root = dirname(configPath);
  const part = folder === null ? '' : relative(root, folder);
  return part === '' ? projectName(root) : `${projectName(root)}/${part.replaceAll('\\', '/')}`;
}
