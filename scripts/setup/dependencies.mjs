import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** @typedef {{version?: string, link?: boolean, optional?: boolean}} LockedPackage */

/**
 * @param {string} path of a lock file
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/**
 * What keeps node_modules from being what package-lock.json asks for, or null. npm's own record of what it installed
 * is compared, so it does not matter who ran npm, nor when.
 * @param {string} root
 */
export function whatIsStale(root) {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return 'node_modules is missing';
  const present = packagesOf(installed);
  for (const [path, wanted] of Object.entries(packagesOf(join(root, 'package-lock.json')))) {
    if (path === '') continue;
    const found = present[path];
    if (found === undefined && wanted.optional) continue; // another platform's binary
    if (found?.version !== wanted.version) return `${path} is ${found?.version ?? 'missing'}, not ${wanted.version}`;
    if (!existsSync(join(root, path, 'package.json'))) return `${path} is missing`;
  }
  return null;
}

/**
 * Installs the packages of package-lock.json unless they are there.
 * @param {string} root
 * @throws {Error} with the mend, when npm cannot
 */
export async function ensureDependencies(root) {
  const reason = whatIsStale(root);
  if (reason === null) return;
  console.log(`Installing packages (${reason})`);
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund'], { cwd: root, echo: true });
  if (code === 0) return;
  const unreachable = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ECONNRESET/.test(output);
  throw new Error(
    unreachable
      ? 'The npm registry cannot be reached. Check the network, a proxy (npm config set proxy) or the mirror (npm config set registry).'
      : `npm ci ended with exit code ${code}; its own message is above.`,
  );
}
