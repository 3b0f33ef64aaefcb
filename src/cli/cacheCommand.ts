import { cacheFolder } from '../client/cache/cacheFolder';
import { CACHE_BYTES, DiskCache } from '../client/cache/diskCache';
import { fileError } from '../client/fileErrors';
import type { Environment } from './environment';
import { StreamOutput } from './output';

const MEGABYTE = 2 ** 20;

/** `seep cache`: where scores are kept, and how much room they take. */
export async function cacheCommand({ stdout, messages }: Environment): Promise<void> {
  const cache = new DiskCache(cacheFolder(), (notice) => messages.say(notice));
  const size = megabytes(await cache.size());
  await new StreamOutput(stdout).write(`${cache.folder}\n${size} of at most ${CACHE_BYTES / MEGABYTE} MB\n`);
}

/** `seep cache clear`: deletes them. */
export async function clearCacheCommand({ stdout, messages }: Environment): Promise<void> {
  const cache = new DiskCache(cacheFolder(), (notice) => messages.say(notice));
  const size = await cache.size();
  try {
    await cache.clear();
  } catch (error) {
    throw fileError(error, 'file', cache.folder, cache.folder);
  }
  await new StreamOutput(stdout).write(`Deleted ${megabytes(size)} from ${cache.folder}.\n`);
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
