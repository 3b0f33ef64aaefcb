// Runs test/host inside a real VS Code: its server with the extension from this folder, and a headless window on a
// workspace file beside a copy of the demo. Results go to the file named by SEEP_TEST_RESULTS, line by line. SEEP_HOST_ENTRY names another module
// to run there, relative to the root.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopOnSignals } from '../test/launchers/childProcess.mjs';
import { launchChromium } from '../test/launchers/chromium.mjs';
import { DemoWorkspace } from '../test/launchers/demoWorkspace.mjs';
import { ensureVscodeServer, ServerHome, startVscodeServer } from '../test/launchers/vscodeServer.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** How long a window may take to start the suite, and one test to end. */
const SILENCE = 120_000;

const results = process.env.SEEP_TEST_RESULTS;
if (!results) throw new Error('SEEP_TEST_RESULTS must name the file for the results');
/** @returns {string[]} */
const lines = () => (existsSync(results) ? readFileSync(results, 'utf8').split('\n').filter(Boolean) : []);

stopOnSignals();
const install = await ensureVscodeServer(root);
const home = new ServerHome();
const workspace = new DemoWorkspace(root);
try {
  const server = await startVscodeServer(install, home, {
    testDriver: true,
    env: { SEEP_TEST_RESULTS: results, SEEP_CACHE_DIR: join(home.data, 'cache') },
  });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  /** What the window says, for the case that the suite never starts. */
  /** @type {string[]} */
  const log = [];
  page.on('console', (message) => {
    if (message.type() === 'error') log.push(message.text().split('\n', 1)[0] ?? '');
  });
  await page.goto(
    server.url(workspace.writeWorkspaceFile(), {
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, process.env.SEEP_HOST_ENTRY ?? 'out/test/host/index.js'),
    }),
  );

  /** @returns {string | null} why there is nothing more to wait for */
  const whatWentWrong = () => {
    if (server.log().some((line) => line.includes('Extension Host Process exited')))
      return 'The extension host ended early';
    if (Date.now() - lastChange > SILENCE) return `No test ended in ${SILENCE / 1000} s`;
    return null;
  };
  let seen = 0;
  let lastChange = Date.now();
  for (;;) {
    const wrong = whatWentWrong();
    if (lines().at(-1) === '{"event":"end"}') break;
    if (wrong) {
      console.error(`${wrong}. The window's log:\n${log.slice(-30).join('\n')}`);
      console.error(`The server's log:\n${server.log().slice(-30).join('\n')}`);
      process.exitCode = 1;
      break;
    }
    if (lines().length > seen) {
      seen = lines().length;
      lastChange = Date.now();
    }
    await sleep(200);
  }
  await browser.close();
  await server.stop();
} finally {
  workspace.remove();
  home.remove();
}
