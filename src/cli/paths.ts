import { isAbsolute, relative, resolve } from 'node:path';
import { SeepError } from '../core/errors';

/** A path as reports and messages give it: relative to the working directory, with forward slashes. */
export function shownPath(path: string, cwd = process.cwd()): string {
  const fromHere = relative(cwd, path);
  // On Windows there is no relative path to another drive.
  const shown = fromHere === '' || isAbsolute(fromHere) ? path : fromHere;
  return process.platform === 'win32' ? shown.replaceAll('\\', '/') : shown;
}

/**
 * The absolute path of `--output`.
 * @param sources files that the command reads, which it must not write over
 */
export function outputPath(output: string, sources: readonly (string | null)[]): string {
  const absolute = resolve(output);
  if (sources.includes(absolute)) {
    throw new SeepError('usage', `--output ${output}: it is read itself; choose another`, absolute);
  }
  return absolute;
}
