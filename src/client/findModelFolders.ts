import { posix } from 'node:path';
import { glob } from 'tinyglobby';

/** Folders below the top one that are searched. */
const MAX_DEPTH = 4;

/** Folders that look like models, because they hold a tokenizer: relative to `root`, with forward slashes, sorted. */
export async function findModelFolders(root: string): Promise<string[]> {
  const ignore = ['**/node_modules/**', '**/.*/**'];
  const tokenizers = await glob('**/tokenizer.json', { cwd: root, ignore, deep: MAX_DEPTH });
  return tokenizers.map((path) => posix.dirname(path)).sort();
}
