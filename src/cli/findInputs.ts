import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { type CorpusFile, corpusFile, findCorpusFiles } from '../client/corpusFiles';
import { fileError, isSystemError } from '../client/fileErrors';
import type { ProjectSettings } from '../client/project';
import { SeepError } from '../core/errors';
import { formatOf, READABLE_FILES } from '../core/records/corpusFormat';
import { shownPath } from './paths';

/**
 * Files that the arguments stand for, in their order, each once; without arguments the corpus of `seep.json`.
 * Patterns that the shell has left alone are expanded here. An argument that stands for nothing is an error.
 */
export async function findInputs(args: readonly string[], settings: ProjectSettings): Promise<CorpusFile[]> {
  const paths = args.length > 0 ? (await Promise.all(args.map(expand))).flat() : await corpusOf(settings);
  return Promise.all([...new Set(paths)].map(toInput));
}

async function expand(argument: string): Promise<string[]> {
  const path = resolve(argument);
  const exists = await stat(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') {
      return null;
    }
    throw fileError(error, 'usage', path, argument);
  });
  if (exists?.isDirectory()) {
    const mend = `${argument.replace(/[/\\]+$/, '')}/**/*.jsonl`;
    throw new SeepError('usage', `${argument} is a folder; name its files, for example "${mend}"`, path);
  }
  if (exists !== null) {
    return [path];
  }
  const pattern = process.platform === 'win32' ? argument.replaceAll('\\', '/') : argument;
  if (!isDynamicPattern(pattern)) {
    throw new SeepError('usage', `${argument}: there is no such file`, path);
  }
  const found = (await glob(pattern, { absolute: true, onlyFiles: true })).map((each) => resolve(each)).sort();
  if (found.length === 0) {
    throw new SeepError('usage', `${argument}: no file matches`);
  }
  const readable = found.filter((each) => formatOf(each) !== null);
  return readable.length > 0 ? readable : found;
}

async function corpusOf(settings: ProjectSettings): Promise<string[]> {
  if (settings.configPath === null) {
    throw new SeepError('usage', 'Nothing to scan: name files, or run where there is a seep.json with "corpus"');
  }
  const found = await findCorpusFiles(settings);
  if (found.length === 0) {
    const patterns = settings.corpus.include.map((each) => JSON.stringify(each)).join(', ');
    throw new SeepError(
      'config',
      `${shownPath(settings.configPath)}: no file that Seep reads matches "corpus.include" (${patterns})`,
      settings.configPath,
    );
  }
  return found;
}

async function toInput(path: string): Promise<CorpusFile> {
  const file = shownPath(path);
  const input = await corpusFile(path, file);
  if (input === null) {
    throw new SeepError('usage', `${file}: not a kind of file that Seep reads; it reads ${READABLE_FILES}`, path);
  }
  return input;
}
