import { dirname, relative } from 'node:path';
import { plural } from '../core/l10n';
import type { CorpusScope } from './corpusScan';
import { projectName } from './projects';

/** What people call it: the folder of the project, and the part of it. */
export function scopeName({ configPath, folder, files }: CorpusScope): string {
  const root = dirname(configPath);
  if (files !== undefined && files.length > 1) {
    return plural(files.length, '{1}: {0} file', '{1}: {0} files', projectName(root));
  }
  const part = relative(root, files?.[0] ?? folder ?? root);
  return part === '' ? projectName(root) : `${projectName(root)}/${part.replaceAll('\\', '/')}`;
}
