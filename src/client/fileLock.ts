import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileError, isSystemError } from './fileErrors';
import type { ShowPath } from './projectError';

/** A lock that is older than this was left behind by a process that died: */
const STALE_LOCK_MS = 30_000;
/** whoever holds one says so often that it lives. */
const SIGN_OF_LIFE_MS = 1000;

/** How often a lock that somebody else holds is tried. */
const LOCK_WAIT_MS = 20;

/** Does `work` while no other process does its own on the same file. */
export async function withLock<T>(path: string, show: ShowPath, work: () => Promise<T>): Promise<T> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  const token = randomBytes(16).toString('hex');
  while (!(await takeLock(lock, token, path, show))) {
    await removeStale(lock);
    await sleep(LOCK_WAIT_MS);
  }
  const signs = setInterval(() => void touch(lock), SIGN_OF_LIFE_MS);
  try {
    return await work();
  } finally {
    clearInterval(signs);
    await release(lock, token);
  }
}

async function takeLock(lock: string, token: string, path: string, show: ShowPath): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    try {
      await file.writeFile(token);
    } catch (error) {
      await rm(lock, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') {
      return false;
    }
    throw fileError(error, 'file', path, show(path));
  }
}

/** Where somebody took it for stale, it is another's by now. */
async function release(lock: string, token: string): Promise<void> {
  const held = await readFile(lock, 'utf8').catch(() => null);
  if (held === token) {
    await rm(lock, { force: true });
  }
}

async function touch(lock: string): Promise<void> {
  const now = new Date();
  // Where it is gone somebody took it for stale. What is written then is still looked at before it counts.
  await utimes(lock, now, now).catch(() => {});
}

async function removeStale(lock: string): Promise<void> {
  if (!(await isStale(lock))) {
    return;
  }
  // Moved away first: of several processes that find it stale only one can move the same file.
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  const moved = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (moved) {
    // Another process may have been faster, and this be the lock that it has taken since: that one goes back.
    if (!(await isStale(aside))) {
      await link(aside, lock).catch(() => {});
    }
    await rm(aside, { force: true });
  }
}

/** Also false where it is gone. */
async function isStale(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs >= STALE_LOCK_MS;
}
