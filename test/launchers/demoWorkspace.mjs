import { cpSync, writeFileSync } from 'node:fs';
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

  /**
   * Writes a workspace file on the folder above the demo. In its window folders can be added and removed at run time; a window on a
   * folder would start its extension host anew.
   * @returns {string} its path
   */
  writeWorkspaceFile() {
    const path = join(this.#parent.path, 'host.code-workspace');
    writeFileSync(path, JSON.stringify({ folders: [{ path: '.' }] }));
    return path;
  }

  remove() {
    this.#parent.remove();
  }
}
