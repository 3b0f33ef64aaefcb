// npm run package [-- --target PLATFORM] [--out FILE]
//
// Makes seep-<platform>.vsix, for this machine's platform unless told otherwise. What goes in is put together in a
// temporary folder: a production build, and of onnxruntime-node only what it loads on that platform (its package
// holds the binaries of all of them, ten times the size).
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run, stopOnSignals } from '../test/launchers/childProcess.mjs';
import { TemporaryFolder } from '../test/launchers/temporaryFolder.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { thirdPartyNotices } from './thirdPartyNotices.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const RUNTIME = 'node_modules/onnxruntime-node';
const COMMON = 'node_modules/onnxruntime-common';

/** @typedef {{version: string, main: string, dependencies?: Record<string, string>, [key: string]: unknown}} Manifest */

/**
 * @param {string} path
 * @returns {Manifest}
 */
function readManifest(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** @returns {string[]} the platforms that onnxruntime-node has binaries for, as VS Code calls them */
function targets() {
  return nativeFolders().map((folder) => folder.split('/').slice(-2).join('-'));
}

/** @returns {string[]} such as node_modules/onnxruntime-node/bin/napi-v6/linux/x64 */
function nativeFolders() {
  /** @param {string} folder */
  const children = (folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  return children(`${RUNTIME}/bin`).flatMap(children).flatMap(children);
}

/**
 * Puts what the VSIX holds into `stage`.
 * @param {string} target
 * @param {string} stage
 */
async function fillStage(target, stage) {
  const { code } = await run(process.execPath, [join(root, 'esbuild.mjs'), '--production', '--out', stage], {
    echo: true,
  });
  if (code !== 0) throw new Error('The build failed.');
  const words = readdirSync(root).filter((name) => /^package\.nls\b.*\.json$/.test(name));
  const shared = [
    '.vscodeignore',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'docs',
    'l10n',
    'media',
    'schemas',
    ...words,
  ];
  for (const path of shared) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(stage, path), { recursive: true });
  }
  const { scripts: _scripts, devDependencies: _dev, ...manifest } = readManifest(join(root, 'package.json'));
  writeFileSync(join(stage, 'package.json'), JSON.stringify(manifest, null, 2));

  /** @param {string} path @param {(source: string) => boolean} filter */
  const copy = (path, filter) => cpSync(join(root, path), join(stage, path), { recursive: true, filter });
  const native = nativeFolders().find((folder) => folder.endsWith(target.replace('-', '/')));
  if (!native) throw new Error(`onnxruntime-node has no binaries for ${target}. It has: ${targets().join(', ')}.`);
  // macOS gets the same library under two names; the binding asks for the short one. CUDA libraries would be there
  // if the package's install script had fetched them.
  copy(native, (source) => !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$|providers_(cuda|tensorrt)/.test(source));
  for (const folder of [`${RUNTIME}/dist`, `${COMMON}/dist/cjs`]) {
    copy(folder, (source) => statSync(source).isDirectory() || source.endsWith('.js'));
  }
  // What the runtime depends on beside onnxruntime-common is only for its install script.
  const { name, version, license, main, os } = readManifest(join(root, RUNTIME, 'package.json'));
  const common = readManifest(join(root, COMMON, 'package.json'));
  const dependencies = { 'onnxruntime-common': common.version };
  writeFileSync(
    join(stage, RUNTIME, 'package.json'),
    JSON.stringify({ name, version, license, main, os, dependencies }),
  );
  writeFileSync(
    join(stage, COMMON, 'package.json'),
    JSON.stringify({ name: common.name, version: common.version, license: common.license, main: common.main }),
  );
  writeFileSync(
    join(stage, 'dist/ThirdPartyNotices.txt'),
    thirdPartyNotices(root, join(stage, 'out/meta'), [RUNTIME, COMMON]),
  );
}

async function main() {
  const { values } = parseArgs({
    options: { target: { type: 'string', default: `${process.platform}-${process.arch}` }, out: { type: 'string' } },
  });
  stopOnSignals();
  await ensureDependencies(root);
  const vsix = resolve(values.out ?? join(root, `seep-${values.target}.vsix`));
  mkdirSync(dirname(vsix), { recursive: true });
  const stage = new TemporaryFolder('package').path;
  await fillStage(values.target, stage);
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-rewrite-relative-links', '--allow-missing-repository'];
  const args = [vsce, 'package', '--target', values.target, '--out', vsix, ...flags];
  const { code, output } = await run(process.execPath, args, { cwd: stage });
  if (code !== 0) throw new Error(`vsce failed:\n${output}`);
  console.log(`${vsix} (${(statSync(vsix).size / 1e6).toFixed(1)} MB)`);
}

await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
