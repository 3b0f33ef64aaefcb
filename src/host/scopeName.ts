import { dirname, relative } from 'node:path';
import type { CorpusScope } from './corpusScan';
import { projectName } from './projects';

/** What people call it: the folder of the project, and the part of it. */
export function scopeName({ configPath, folder, file }: CorpusScope): string {
  const root = dirname(configPath);
  const part = relative(root, file ?? folder ?? root);
  return part === '' ? projectName(root) : `${projectName(root)}/${part.replaceAll('\\', '/')}`;
}
