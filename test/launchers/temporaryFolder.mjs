import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that is removed when this process ends, by a signal too where the program calls `stopOnSignals`. */
export class TemporaryFolder {
  #remove = () => rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

  /**
   * @param {string} name what the folder's own name says it is for
   * @param {string} [parent]
   */
  constructor(name, parent = tmpdir()) {
    this.path = realpathSync(mkdtempSync(join(parent, `seep-${name}-`)));
    process.once('exit', this.#remove);
  }

  remove() {
    process.off('exit', this.#remove);
    this.#remove();
  }
}
