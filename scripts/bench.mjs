// npm run bench [-- --json FILE] [--only FIGURE...]
//
// Installs what is missing, builds, and runs bench/. Ratios come from one interleaved run on this machine.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, stopOnSignals } from '../test/launchers/childProcess.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

stopOnSignals();
await ensureDependencies(root);
/** @param {readonly string[]} args for Node */
async function step(args) {
  const { code } = await run(process.execPath, args, { cwd: root, echo: true });
  if (code !== 0) process.exit(code ?? 1);
}
await step([join(root, 'esbuild.mjs')]);
await step([join(root, 'out/bench/main.js'), ...process.argv.slice(2)]);
