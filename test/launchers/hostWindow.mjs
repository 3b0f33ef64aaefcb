import { join } from 'node:path';
import { launchChromium } from './chromium.mjs';
import { DemoWorkspace } from './demoWorkspace.mjs';
import { ensureVscodeServer, ServerHome, startVscodeServer } from './vscodeServer.mjs';

/** A real VS Code, a headless window on a copy of the demo workspace, with the extension from this folder and a module of ours in its extension host. */
export class HostWindow {
  /** What the window says, for the case that the module never starts. */
  #errors = /** @type {string[]} */ ([]);

  /**
   * @param {{server: import('./vscodeServer.mjs').RunningServer, page: import('playwright-core').Page, home: ServerHome, workspace: DemoWorkspace}} parts
   */
  constructor({ server, page, home, workspace }) {
    this.server = server;
    this.page = page;
    this.home = home;
    this.workspace = workspace;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#errors.push(message.text().split('\n', 1)[0] ?? '');
    });
  }

  /**
   * @param {string} root of the repository
   * @param {string} entry the module that VS Code runs, relative to the root
   * @param {{env: Record<string, string>, prepare?: (workspace: string) => Promise<void>}} options `env` is for the extension host;
   *   `prepare` may write into the demo's copy
   */
  static async open(root, entry, { env, prepare }) {
    const install = await ensureVscodeServer(root);
    const home = new ServerHome();
    const workspace = new DemoWorkspace(root);
    try {
      await prepare?.(workspace.path);
      const server = await startVscodeServer(install, home, {
        testDriver: true,
        env: { ...env, SEEP_CACHE_DIR: join(home.data, 'cache') },
      });
      const browser = await launchChromium();
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      const window = new HostWindow({ server, page, home, workspace });
      await page.goto(
        server.url(workspace.writeWorkspaceFile(), {
          extensionDevelopmentPath: root,
          extensionTestsPath: join(root, entry),
        }),
      );
      return window;
    } catch (error) {
      workspace.remove();
      home.remove();
      throw error;
    }
  }

  /** Whether the module's process is gone. */
  get ended() {
    return this.server.log().some((line) => line.includes('Extension Host Process exited'));
  }

  /** The last words of window and server. */
  get log() {
    const window = this.#errors.slice(-30).join('\n');
    return `The window's log:\n${window}\nThe server's log:\n${this.server.log().slice(-30).join('\n')}`;
  }

  async close() {
    try {
      await this.page.context().browser()?.close();
      await this.server.stop();
    } finally {
      this.workspace.remove();
      this.home.remove();
    }
  }
}
