import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where scores are kept: SEEP_CACHE_DIR, else a folder in the platform's own place for caches. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  const given = environment.SEEP_CACHE_DIR ?? '';
  if (given !== '') {
    return resolve(given);
  }
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Caches', 'seep');
    case 'win32':
      return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'seep');
    default:
      return join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'seep');
  }
}
