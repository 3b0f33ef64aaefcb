// npm test [-- SUITE...]
//
// Installs what is missing, builds, runs the suites and ends with one line: "N passed, N failed". A suite that ran no
// test, ended early or took too long counts as a failed test of its own. Nothing is tried twice.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, stopOnSignals } from '../test/launchers/childProcess.mjs';
import { ensureChromium } from '../test/launchers/chromium.mjs';
import { TemporaryFolder } from '../test/launchers/temporaryFolder.mjs';
import { ensureVscodeServer } from '../test/launchers/vscodeServer.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { crash, printResult, readResults } from './suiteResults.mjs';

/** @typedef {import('./suiteResults.mjs').SuiteResult} SuiteResult */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MINUTE = 60_000;

/** In the order in which they run: what tells most for the least time comes first. */
/** @type {Record<string, () => Promise<SuiteResult>>} */
const suites = {
  lint: () => commands([{ title: 'biome', args: [bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '.'] }]),
  types: () =>
    commands([
      { title: 'src, test and scripts', args: [bin('typescript/bin/tsc'), '-p', '.'] },
      { title: 'webview-ui', args: [bin('typescript/bin/tsc'), '-p', 'webview-ui'] },
    ]),
  unit: () => mocha('unit', 6 * MINUTE),
  architecture: () => mocha('architecture', MINUTE),
  manifest: () => mocha('manifest', MINUTE),
  engine: () => mocha('engine', 15 * MINUTE),
  webview: () => mocha('webview', 12 * MINUTE),
  host: () => hostSuite(15 * MINUTE),
  package: () => mocha('package', 12 * MINUTE),
};

/** @param {string} path inside node_modules */
function bin(path) {
  return join(root, 'node_modules', path);
}

/**
 * Commands that pass when they exit with 0.
 * @param {readonly {title: string, args: readonly string[]}[]} list arguments for Node
 * @returns {Promise<SuiteResult>}
 */
async function commands(list) {
  /** @type {SuiteResult} */
  const result = { passed: 0, pending: 0, failures: [] };
  for (const { title, args } of list) {
    const { code, output, timedOut } = await run(process.execPath, args, { cwd: root, timeoutMs: 5 * MINUTE });
    if (code === 0) result.passed += 1;
    else result.failures.push({ title, detail: timedOut ? `${output}\nno end after 5 minutes` : output });
  }
  return result;
}

/**
 * Runs test/<name> in a mocha of its own on the Node that runs this script.
 * @param {string} name
 * @param {number} timeoutMs
 * @returns {Promise<SuiteResult>}
 */
async function mocha(name, timeoutMs) {
  const files = testFiles(name);
  if (files.length === 0) return crash(`no test files in test/${name}`);
  const args = ['--enable-source-maps', bin('mocha/bin/mocha.js'), '--no-config', '--forbid-only', '--exit'];
  // A property test on a busy machine takes longer than mocha's two seconds; what hangs still ends.
  args.push('--timeout', '60000', '--reporter', join(root, 'test/launchers/resultsReporter.mjs'), ...files);
  return withResults((env) => run(process.execPath, args, { cwd: root, timeoutMs, env: { ...process.env, ...env } }));
}

/**
 * @param {string} suite
 * @returns {string[]} the built files of every test source below test/<suite>
 */
function testFiles(suite) {
  const folder = join(root, 'test', suite);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.test\.tsx?$/.test(path))
    .map((path) => join(root, 'out/test', suite, path.replace(/\.tsx?$/, '.js')))
    .sort();
}

/**
 * Runs test/host inside a real VS Code.
 * @param {number} timeoutMs
 * @returns {Promise<SuiteResult>}
 */
async function hostSuite(timeoutMs) {
  if (!existsSync(join(root, 'out/test/host/index.js'))) return crash('no test/host/index.ts');
  const args = [join(root, 'scripts/hostTests.mjs')];
  return withResults((env) => run(process.execPath, args, { cwd: root, timeoutMs, env: { ...process.env, ...env } }));
}

/**
 * @param {(env: {SEEP_TEST_RESULTS: string, SEEP_CACHE_DIR: string}) => ReturnType<typeof run>} runSuite is told where results go,
 *   and of a cache of its own, so that old scores make no test pass
 * @returns {Promise<SuiteResult>}
 */
async function withResults(runSuite) {
  const folder = new TemporaryFolder('results');
  try {
    const path = join(folder.path, 'results.jsonl');
    const { code, signal, timedOut, output } = await runSuite({
      SEEP_TEST_RESULTS: path,
      SEEP_CACHE_DIR: join(folder.path, 'cache'),
    });
    const result = readResults(path);
    const ending = timedOut ? 'it took too long and was stopped' : `it ended with ${signal ?? `exit code ${code}`}`;
    if (!result.ended || timedOut)
      result.failures.push({ title: 'the suite did not finish', detail: `${ending}\n${output}` });
    else if (code !== 0 && result.failures.length === 0) result.failures.push({ title: ending, detail: output });
    else if (result.passed + result.failures.length === 0)
      result.failures.push({ title: 'no test ran', detail: output });
    return result;
  } finally {
    folder.remove();
  }
}

/** @type {SuiteResult} */
const NOTHING = { passed: 0, pending: 0, failures: [] };

/**
 * Fetches what the suites need and is not there. Where the browser or the server cannot be had, the suites that need
 * them say so; the others still run.
 * @param {readonly string[]} chosen suites
 * @returns {Promise<SuiteResult>}
 * @throws {Error} when nothing can run
 */
async function install(chosen) {
  await ensureDependencies(root);
  const needsServer = chosen.some((name) => ['host', 'package'].includes(name));
  if (needsServer || chosen.includes('webview')) await ensureChromium().catch((error) => console.error(error.message));
  if (needsServer) await ensureVscodeServer(root).catch((error) => console.error(error.message));
  return NOTHING;
}

/** @returns {Promise<SuiteResult>} */
async function build() {
  const { code } = await run(process.execPath, [join(root, 'esbuild.mjs')], {
    cwd: root,
    timeoutMs: 5 * MINUTE,
    echo: true,
  });
  return code === 0 ? NOTHING : crash('esbuild failed, its messages are above');
}

/** @param {readonly string[]} names */
async function main(names) {
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    console.error(`Unknown suite: ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  stopOnSignals();
  let passed = 0;
  let failed = 0;
  /**
   * @param {string} name
   * @param {() => Promise<SuiteResult>} runSuite
   * @param {boolean} [quiet] says nothing of a success
   */
  const record = async (name, runSuite, quiet = false) => {
    const started = performance.now();
    const result = await runSuite().catch((error) => crash(error instanceof Error ? error.message : String(error)));
    const good = result.failures.length === 0;
    if (!good || !quiet) printResult(name, result, (performance.now() - started) / 1000);
    passed += result.passed;
    failed += result.failures.length;
    return good;
  };
  const chosen = Object.keys(suites).filter((name) => names.length === 0 || names.includes(name));
  if (await record('install', () => install(chosen), true)) {
    await record('build', build, true);
    for (const name of chosen) await record(name, suites[name] ?? (async () => crash('no such suite')));
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
