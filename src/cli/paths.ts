import { isAbsolute, relative } from 'node:path';

/** A path as reports and messages give it: relative to the working directory, with forward slashes. */
export function shownPath(path: string, cwd = process.cwd()): string {
  const fromHere = relative(cwd, path);
  // On Windows there is no relative path to another drive.
  const shown = fromHere === '' || isAbsolute(fromHere) ? path : fromHere;
  return process.platform === 'win32' ? shown.replaceAll('\\', '/') : shown;
}
