import { stat } from 'node:fs/promises';

/** Something that differs once a file's content has been changed. Throws the system's errors. */
export async function fileState(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return JSON.stringify([size, mtimeMs, ino]);
}
