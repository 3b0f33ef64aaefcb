import assert from 'node:assert/strict';
import { join } from 'node:path';
import { run } from '../launchers/childProcess.mjs';
import {
  ensureVscodeServer,
  installExtension,
  type ServerHome,
  type VscodeServer,
} from '../launchers/vscodeServer.mjs';
import { repoRoot } from '../repoRoot';

export const VSIX = join(repoRoot, '.cache/test.vsix');

/** Packs the extension and installs it into a server's home, as a user does. */
export async function installPacked(home: ServerHome): Promise<VscodeServer> {
  const { code, output } = await run(process.execPath, [join(repoRoot, 'scripts/package.mjs'), '--out', VSIX]);
  assert.equal(code, 0, output);
  const server = await ensureVscodeServer(repoRoot);
  await installExtension(server, home, VSIX);
  return server;
}
