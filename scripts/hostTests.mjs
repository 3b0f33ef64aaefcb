// Runs test/host inside a real VS Code: its server with the extension from this folder, and a headless window on a
// workspace file beside a copy of the demo. Results go to the file named by SEEP_TEST_RESULTS, line by line. SEEP_HOST_ENTRY names another module
// to run there, relative to the root.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopOnSignals } from '../test/launchers/childProcess.mjs';
import { HostWindow } from '../test/launchers/hostWindow.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** How long a window may take to start the suite, and one test to end. */
const SILENCE = 120_000;

const results = process.env.SEEP_TEST_RESULTS;
if (!results) throw new Error('SEEP_TEST_RESULTS must name the file for the results');
/** @returns {string[]} */
const lines = () => (existsSync(results) ? readFileSync(results, 'utf8').split('\n').filter(Boolean) : []);

stopOnSignals();
const window = await HostWindow.open(root, process.env.SEEP_HOST_ENTRY ?? 'out/test/host/index.js', {
  env: { SEEP_TEST_RESULTS: results },
});
try {
  /** @returns {string | null} why there is nothing more to wait for */
  const whatWentWrong = () => {
    if (window.ended) return 'The extension host ended early';
    if (Date.now() - lastChange > SILENCE) return `No test ended in ${SILENCE / 1000} s`;
    return null;
  };
  let seen = 0;
  let lastChange = Date.now();
  for (;;) {
    const wrong = whatWentWrong();
    if (lines().at(-1) === '{"event":"end"}') break;
    if (wrong) {
      console.error(`${wrong}. ${window.log}`);
      process.exitCode = 1;
      break;
    }
    if (lines().length > seen) {
      seen = lines().length;
      lastChange = Date.now();
    }
    await sleep(200);
  }
} finally {
  await window.close();
}
