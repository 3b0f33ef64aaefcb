import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of the demo workspace that may be written to; its folder is called "demo", as the window's title shows. */
export class DemoWorkspace {
  #parent = realpathSync(mkdtempSync(join(tmpdir(), 'seep-workspace-')));
  path = join(this.#parent, 'demo');

  /** @param {string} root of the repository */
  constructor(root) {
    cpSync(join(root, 'media/demo'), this.path, { recursive: true });
  }

  remove() {
    rmSync(this.#parent, { recursive: true, force: true });
  }
}
