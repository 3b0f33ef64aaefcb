import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test file's own files, gone when its tests have ended. Call inside `describe`. */
export function temporaryFolder(): { readonly path: string } {
  const folder = { path: '' };
  before(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'seep-test-'));
  });
  after(() => {
    rmSync(folder.path, { recursive: true, force: true });
  });
  return folder;
}
