import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './childProcess.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'];

/** A stub that only offers to install a snap sits on the path too: what counts is that the browser tells its version. */
/** @param {string} path */
async function answers(path) {
  const { code, output } = await run(path, ['--version', '--no-sandbox'], { timeoutMs: 30_000 });
  return code === 0 && /\d+\.\d+\.\d+/.test(output);
}

/**
 * Looks for a Chromium: SEEP_CHROMIUM, then the path.
 * @returns {Promise<string | null>} path of the executable
 */
export async function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = process.env.SEEP_CHROMIUM
    ? [process.env.SEEP_CHROMIUM]
    : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const path of candidates) {
    if (existsSync(path) && (await answers(path))) return path;
  }
  return null;
}

/**
 * Finds a Chromium or installs the distribution's where that is allowed.
 * @returns {Promise<string>} path of the executable
 * @throws {Error} with the mend
 */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  const mend = 'Install Chromium or Chrome, or set SEEP_CHROMIUM to its executable.';
  if (process.env.SEEP_CHROMIUM) throw new Error(`SEEP_CHROMIUM=${process.env.SEEP_CHROMIUM} does not start. ${mend}`);
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`No Chromium was found. ${mend}`);

  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && (await run('sudo', ['-n', 'true'])).code !== 0) {
    throw new Error(`No Chromium was found, and apt-get needs a password here. ${mend}`);
  }
  console.log('Installing Chromium with apt-get');
  const apt = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  let output = '';
  for (const args of [
    ['update', '-q'],
    ['install', '-qy', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ]) {
    const [command = '', ...rest] = [...apt, ...args];
    output = (await run(command, rest, { timeoutMs: 5 * 60_000 })).output;
  }
  const installed = await findChromium();
  if (!installed) throw new Error(`apt-get did not bring a Chromium that starts. ${mend}\n${output}`);
  return installed;
}

/**
 * Starts a headless Chromium. It talks to nobody on its own account.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium() {
  const executablePath = await ensureChromium();
  const { chromium } = await import('playwright-core'); // here, because the file is also read before it is installed
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
