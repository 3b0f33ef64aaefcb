import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from './temporaryFolder.mjs';

/** A copy of the demo workspace that may be written to; its folder is called "demo", as the window's title shows. */
export class DemoWorkspace {
  #parent = new TemporaryFolder('workspace');
  path = join(this.#parent.path, 'demo');

  /** @param {string} root of the repository */
  constructor(root) {
    cpSync(join(root, 'media/demo'), this.path, { recursive: true });
  }

  remove() {
    this.#parent.remove();
  }
}
