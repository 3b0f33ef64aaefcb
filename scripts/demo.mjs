// npm run demo [-- --no-editor] [-- --port N]
//
// From a fresh clone to the extension at work, offline once everything is fetched: installs the packages, builds, scans
// the demo corpus in the terminal, then packs the extension, installs it into a VS Code server and serves a copy of the
// demo workspace to a browser.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run, stopOnSignals } from '../test/launchers/childProcess.mjs';
import { DemoWorkspace } from '../test/launchers/demoWorkspace.mjs';
import {
  ensureVscodeServer,
  installExtension,
  ServerHome,
  startVscodeServer,
} from '../test/launchers/vscodeServer.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const CORPUS = 'corpus/filtered.jsonl';
const USUAL_PORT = 8137;

/** @param {string} text */
function say(text) {
  console.log(`\n${text}`);
}

/** @param {readonly string[]} args of Node */
async function node(args) {
  const { code, output } = await run(process.execPath, args, { cwd: root });
  if (code !== 0) throw new Error(`${args[0]} failed:\n${output}`);
}

/**
 * @param {string} workspace
 * @throws {Error} when the scan did not come to a result
 */
function scan(workspace) {
  say(`$ seep scan ${CORPUS}`);
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'scan', CORPUS], {
    cwd: workspace,
    stdio: 'inherit',
  });
  if (status === 1) say('Exit code 1: leaks were found, as they should be in this corpus.');
  else throw new Error(`The scan ended with exit code ${status}; 1 was expected, because the demo corpus leaks.`);
}

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** @param {string | undefined} asked */
async function choosePort(asked) {
  const port = asked === undefined ? USUAL_PORT : Number(asked);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${asked}: a number up to 65535 is needed.`);
  if (port === 0 || (await isFree(port))) return port;
  if (asked !== undefined) throw new Error(`Port ${port} is taken. Choose another with -- --port N.`);
  return 0;
}

/**
 * @param {DemoWorkspace} workspace
 * @param {ServerHome} home
 * @param {number} port
 */
async function serveEditor(workspace, home, port) {
  say('Packing the extension');
  const vsix = join(root, '.cache/demo.vsix');
  mkdirSync(dirname(vsix), { recursive: true });
  await node([join(root, 'scripts/package.mjs'), '--out', vsix]);
  const install = await ensureVscodeServer(root);
  await installExtension(install, home, vsix);
  const server = await startVscodeServer(install, home, { port });

  say(`VS Code with Seep is running. Open this address in a browser on this machine:

  ${server.url(workspace.path, { openFile: join(workspace.path, CORPUS) })}

Run "Seep: Scan Current File" from the command palette (F1). The workspace is a copy, change what you like.
Ctrl-C ends it.`);
  const { code, signal } = await server.process.ended;
  throw new Error(`The VS Code server ended by itself (${signal ?? code}):\n${server.log().join('\n')}`);
}

async function main() {
  const { values } = parseArgs({
    options: { 'no-editor': { type: 'boolean', default: false }, port: { type: 'string' } },
  });
  const port = await choosePort(values.port);
  await ensureDependencies(root);
  say('Building');
  await node([join(root, 'esbuild.mjs')]);
  const workspace = new DemoWorkspace(root);
  scan(workspace.path);
  if (values['no-editor']) return;
  await serveEditor(workspace, new ServerHome(), port);
}

stopOnSignals(0);
try {
  await main();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
