import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder with more than this is not a model's alone, and looking at all of it would take its time. */
const MAX_FILES = 1000;
const MAX_DEPTH = 4;
/** Holds no part of a model, but thousands of files. */
const LEFT_OUT = '.git';

export interface ModelFilesState {
  /** Every file's path, size, times and number on the disk. */
  readonly description: string;
  /** When one of them last changed, in milliseconds since 1970. */
  readonly changedAt: number;
}

/**
 * What tells without reading them whether the files of some model folders are still the same; links are followed. Null where that
 * cannot be told.
 */
export async function stateOfModelFiles(folders: readonly string[]): Promise<ModelFilesState | null> {
  const lines: string[] = [];
  let changedAt = 0;
  const visit = async (folder: string, depth: number): Promise<boolean> => {
    const names = (await readdir(folder)).filter((name) => name !== LEFT_OUT).sort();
    if (names.length > MAX_FILES) {
      return false;
    }
    const states = await Promise.all(names.map((name) => stat(join(folder, name), { bigint: true })));
    for (const [at, state] of states.entries()) {
      const path = join(folder, names[at] ?? '');
      if (state.isDirectory()) {
        if (depth === MAX_DEPTH || !(await visit(path, depth + 1))) {
          return false;
        }
      } else {
        // The time of the last change of any kind gives away a file that was given an old time of writing.
        lines.push(
          JSON.stringify([path, ...[state.size, state.mtimeNs, state.ctimeNs, state.dev, state.ino].map(String)]),
        );
        changedAt = Math.max(changedAt, Number(state.mtimeMs), Number(state.ctimeMs));
        if (lines.length > MAX_FILES) {
          return false;
        }
      }
    }
    return true;
  };
  try {
    for (const folder of folders) {
      if (!(await visit(folder, 0))) {
        return null;
      }
    }
  } catch {
    return null;
  }
  return { description: lines.join('\n'), changedAt };
}
