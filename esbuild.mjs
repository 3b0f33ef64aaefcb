// Builds everything that runs: three bundles in dist/, one for every page in dist/pages/, and the tests in out/test/.
//
//   node esbuild.mjs [--watch] [--production] [--out FOLDER]
//
// --production minifies, makes no source maps and leaves the tests alone: what goes into the VSIX.
// --out puts dist/ and out/ below that folder instead of the repository's root.
// The metafiles in out/meta/ say which source went into which bundle; test/architecture reads them.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const outFlag = process.argv.indexOf('--out');
const out = outFlag === -1 ? root : resolve(process.argv[outFlag + 1] ?? root);

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  charset: 'utf8',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};

/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'onnxruntime-node'],
  // Packages made for ES modules call createRequire(import.meta.url), which CommonJS does not have.
  define: { ...common.define, 'import.meta.url': '__filename' },
};

/** A folder of webview-ui/pages is a page, and a bundle of its own. */
const pages = readdirSync(join(root, 'webview-ui/pages'));

/** @type {Record<string, esbuild.BuildOptions>} */
const bundles = {
  extension: { ...node, entryPoints: ['src/extension.ts'], outfile: join(out, 'dist/extension.js') },
  engine: { ...node, entryPoints: ['src/engine/main.ts'], outfile: join(out, 'dist/engine.js') },
  cli: {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: join(out, 'dist/cli.js'),
    banner: { js: '#!/usr/bin/env node' },
    plugins: [afterBuild(() => chmodSync(join(out, 'dist/cli.js'), 0o755))],
  },
  pages: {
    ...common,
    entryPoints: Object.fromEntries(pages.map((page) => [page, `webview-ui/pages/${page}/main.tsx`])),
    outdir: join(out, 'dist/pages'),
    platform: 'browser',
    format: 'iife',
    target: 'chrome128', // VS Code 1.100 runs on Chromium 132
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
};

/**
 * @param {() => void} action
 * @returns {esbuild.Plugin}
 */
function afterBuild(action) {
  return {
    name: 'after-build',
    setup: (build) =>
      build.onEnd((result) => {
        if (result.errors.length === 0) action();
      }),
  };
}

/**
 * @param {string} folder relative to the root
 * @returns {string[]} the files below it, relative to the root, with forward slashes
 */
function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort();
}

/** Tests, and the module that VS Code loads to run those of test/host. */
const testEntries = filesBelow('test').filter((path) => /\.test\.tsx?$/.test(path) || path === 'test/host/index.ts');

if (!production && testEntries.length > 0) {
  bundles.tests = {
    ...node,
    entryPoints: testEntries,
    outbase: 'test',
    outdir: 'out/test',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  };
}

if (!production) {
  const programs = ['main', 'peers/onnxPeer', 'peers/transformersPeer', 'host/eventLoopDelay', 'host/typing'];
  const entryPoints = programs.map((name) => `bench/${name}.ts`);
  bundles.bench = { ...node, entryPoints, outbase: 'bench', outdir: 'out/bench', packages: 'external' };
}

/** A test whose source is gone must not be found and run again. */
function removeStaleTests() {
  const current = new Set(testEntries.map((path) => `out/${path.replace(/\.tsx?$/, '.js')}`));
  for (const path of filesBelow('out/test')) {
    if (/\.js$/.test(path) && !current.has(path)) {
      rmSync(join(root, path), { force: true });
      rmSync(join(root, `${path}.map`), { force: true });
    }
  }
}

/**
 * @param {string} name
 * @param {esbuild.Metafile | undefined} metafile nothing when the build failed: then no old one must stay behind
 */
function writeMetafile(name, metafile) {
  const path = join(out, 'out/meta', `${name}.json`);
  if (metafile) writeFileSync(path, JSON.stringify(metafile));
  else rmSync(path, { force: true });
}

mkdirSync(join(out, 'out/meta'), { recursive: true });
if (!production) removeStaleTests();

let failed = false;
for (const [name, options] of Object.entries(bundles)) {
  const plugins = [
    ...(options.plugins ?? []),
    /** @type {esbuild.Plugin} */ ({
      name: 'metafile',
      setup: (build) => build.onEnd(({ metafile }) => writeMetafile(name, metafile)),
    }),
  ];
  try {
    if (watch) await (await esbuild.context({ ...options, plugins })).watch();
    else await esbuild.build({ ...options, plugins });
  } catch {
    failed = true; // esbuild has printed the errors; the other bundles are still worth building
  }
}
if (failed) process.exitCode = 1;
else if (watch) console.log('esbuild: watching');
