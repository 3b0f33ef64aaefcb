import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Absolute path of the repository, found from wherever the bundled test file lies below it. */
export const repoRoot: string = findRoot(__dirname);

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name === 'seep') {
      return folder;
    }
    if (dirname(folder) === folder) throw new Error(`No package.json of seep above ${start}`);
  }
}
