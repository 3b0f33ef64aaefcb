// npm run test:electron [-- --version 1.100.0]
//
// Runs test/host in desktop VS Code, which @vscode/test-electron downloads from Microsoft (on Linux without a display:
// under xvfb-run). `npm test` runs the same suite in VS Code's server, which comes from the npm registry.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from '../test/launchers/childProcess.mjs';
import { DemoWorkspace } from '../test/launchers/demoWorkspace.mjs';
import { TemporaryFolder } from '../test/launchers/temporaryFolder.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { printResult, readResults } from './suiteResults.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} version @param {string} workspace @param {string} results */
async function runInDesktop(version, workspace, results) {
  const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');
  const vscodeExecutablePath = await downloadAndUnzipVSCode(version).catch((error) => {
    throw new Error(
      `VS Code could not be downloaded (${error instanceof Error ? error.message : error}). npm test needs no download.`,
    );
  });
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out/test/host/index.js'),
    extensionTestsEnv: { SEEP_TEST_RESULTS: results, SEEP_CACHE_DIR: join(dirname(results), 'cache') },
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
  }).catch(() => undefined); // a failed test arrives here too; the results tell
}

async function main() {
  const { values } = parseArgs({ options: { version: { type: 'string', default: 'stable' } } });
  await ensureDependencies(root);
  const build = await run(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root, echo: true });
  if (build.code !== 0) throw new Error('The build failed.');
  const started = performance.now();
  const workspace = new DemoWorkspace(root);
  const folder = new TemporaryFolder('results');
  try {
    const path = join(folder.path, 'results.jsonl');
    await runInDesktop(values.version, workspace.writeWorkspaceFile(), path);
    const result = readResults(path);
    if (!result.ended) result.failures.push({ title: 'the suite did not finish', detail: 'VS Code ended before it.' });
    printResult(`VS Code ${values.version}`, result, (performance.now() - started) / 1000);
    console.log(`\n${result.passed} passed, ${result.failures.length} failed`);
    if (result.failures.length > 0) process.exitCode = 1;
  } finally {
    folder.remove();
    workspace.remove();
  }
}

await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
