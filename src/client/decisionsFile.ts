import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from '../core/decisions/decision';
import type { DecisionIndex } from '../core/decisions/decisionIndex';
import { parseDecisions } from '../core/decisions/parseDecisions';
import { changeDecisions, type DecisionChanges, decisionsText } from '../core/decisions/writeDecisions';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { sha256 } from './calibration';
import { fileError, isSystemError } from './fileErrors';
import { openFileOutput } from './fileOutput';
import { ProjectError, type ShowPath } from './projectError';
import { decodeUtf8, describeEncoding } from './utf8';

/** A larger file is refused: it is read as a whole, and again for each change. */
export const MAX_DECISIONS_BYTES = 1 << 26;

/** A lock that is older than this was left behind by a process that died: who holds one only reads and writes one file, which takes seconds where it is full. */
const STALE_LOCK_MS = 30_000;

/** How often a lock that somebody else holds is tried. */
const LOCK_WAIT_MS = 20;

/**
 * Text of a file of decisions; where there is none, there are no decisions.
 * @throws SeepError `file` where it cannot be read
 */
export async function readDecisionsText(path: string, show: ShowPath): Promise<string> {
  return (await readState(path, show)).text;
}

/** Reads decisions, and throws ProjectError where there is something wrong in the file: a decision must not get lost in silence. */
export async function readSoundDecisions(path: string, show: ShowPath): Promise<readonly Decision[]> {
  return sound(path, await readDecisionsText(path, show), show);
}

/** The decisions on a record's text. */
export function decisionsOn(text: string, index: DecisionIndex): readonly Decision[] {
  return index.isEmpty ? [] : index.of(sha256(text));
}

export interface ChangedDecisions {
  readonly before: readonly Decision[];
  readonly after: readonly Decision[];
  readonly text: string;
}

/**
 * Changes some decisions and leaves all others as they are, also those that another process makes at the same time. Readers find the old
 * file or the new one.
 * @returns what there was, and what there is now, also as the file's text
 * @throws ProjectError where the file has faults: it is then left alone
 */
export async function changeDecisionsFile(
  path: string,
  changes: (current: readonly Decision[]) => DecisionChanges,
  show: ShowPath,
): Promise<ChangedDecisions> {
  return withLock(path, show, async () => {
    for (;;) {
      const { text: old, state } = await readState(path, show);
      const before = sound(path, old, show);
      const after = changeDecisions(before, changes(before));
      const text = decisionsText(after);
      if (Buffer.byteLength(text) > MAX_DECISIONS_BYTES) {
        throw tooManyDecisions(show(path), path);
      }
      const output = await openFileOutput(path, show(path));
      try {
        await output.write(text);
        // Editors know of no lock. What one has saved meanwhile is taken in.
        if ((await stateOf(path)) === state) {
          await output.commit();
          return { before, after, text };
        }
      } finally {
        await output.discard();
      }
    }
  });
}

/** Why nothing is decided at all where there would be more decisions than a file may hold. */
export function tooManyDecisions(name: string, path: string): SeepError {
  return new SeepError(
    'file',
    t(
      '{0}: would become larger than {1} MB; nothing was decided. Decide about one file or one fact at a time, or have your filter take records out.',
      name,
      MAX_DECISIONS_BYTES >> 20,
    ),
    path,
  );
}

function sound(path: string, text: string, show: ShowPath): readonly Decision[] {
  const { decisions, problems } = parseDecisions(text);
  if (problems.length > 0) {
    throw new ProjectError('file', path, problems, show);
  }
  return decisions;
}

async function readState(path: string, show: ShowPath): Promise<{ text: string; state: string | null }> {
  try {
    const state = await stateOf(path);
    if (state === null) {
      return { text: '', state };
    }
    await checkKind(path, show);
    const bytes = await readFile(path);
    const text = decodeUtf8(bytes);
    if (typeof text !== 'string') {
      throw new SeepError('file', `${show(path)}: ${describeEncoding(bytes, text.invalidAt)}`, path);
    }
    return { text, state };
  } catch (error) {
    throw fileError(error, 'file', path, show(path));
  }
}

async function checkKind(path: string, show: ShowPath): Promise<void> {
  const found = await stat(path);
  if (!found.isFile()) {
    throw new SeepError('file', t('{0}: this is no file; move it away', show(path)), path);
  }
  if (found.size > MAX_DECISIONS_BYTES) {
    const mend = t('take decisions out that are no longer needed');
    throw new SeepError('file', t('{0}: larger than {1} MB; {2}', show(path), MAX_DECISIONS_BYTES >> 20, mend), path);
  }
}

/** Changes whenever the file does; null: there is none. */
async function stateOf(path: string): Promise<string | null> {
  try {
    const { size, mtimeNs, ino } = await stat(path, { bigint: true });
    return `${size} ${mtimeNs} ${ino}`;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** Does `work` while no other process does its own on the same file. */
async function withLock<T>(path: string, show: ShowPath, work: () => Promise<T>): Promise<T> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  while (!(await takeLock(lock, path, show))) {
    await removeStale(lock);
    await sleep(LOCK_WAIT_MS);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, path: string, show: ShowPath): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') {
      return false;
    }
    throw fileError(error, 'file', path, show(path));
  }
}

async function removeStale(lock: string): Promise<void> {
  const found = await stat(lock).catch(() => null);
  if (found === null || Date.now() - found.mtimeMs < STALE_LOCK_MS) {
    return;
  }
  // Moved away first: of several processes that find it stale only one can do that.
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  const moved = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (moved) {
    await rm(aside, { force: true });
  }
}
