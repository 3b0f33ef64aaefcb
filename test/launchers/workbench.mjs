import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { launchChromium } from './chromium.mjs';

/** What a slow machine may take for anything visible to happen. */
const PATIENCE = 60_000;

/** A VS Code window in a headless browser, driven as a user drives it: by what is on the screen. */
export class Workbench {
  /**
   * @param {import('playwright-core').Browser} browser
   * @param {import('playwright-core').Page} page
   */
  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
  }

  /**
   * @param {string} url
   * @param {{width?: number, height?: number, scale?: number, language?: string}} [options] `scale` is device pixels for one of CSS;
   *   `language` is what extensions are told that VS Code speaks, as a language pack would have it
   */
  static async open(url, { width = 1400, height = 900, scale = 1, language } = {}) {
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
    page.setDefaultTimeout(PATIENCE);
    if (language !== undefined)
      await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
    await page.goto(url);
    await page.locator('.monaco-workbench .statusbar').waitFor();
    return new Workbench(browser, page);
  }

  close() {
    return this.browser.close();
  }

  /**
   * @param {string} path
   * @param {{x: number, y: number, width: number, height: number}} [clip] what of the window, in CSS pixels; without it all
   */
  async screenshot(path, clip) {
    mkdirSync(dirname(path), { recursive: true });
    await this.page.screenshot({ path, ...(clip && { clip }) });
  }

  /** Waits until the editor in front shows text. */
  async editorReady() {
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /**
   * Runs a command from the palette by its title.
   * @param {string} title such as "Seep: Scan Current File"
   * @param {string} [answer] what to pick from the list that the command shows
   */
  async runCommand(title, answer) {
    const { page } = this;
    const input = page.locator('.quick-input-widget input[type="text"]');
    /** @param {string} text */
    const rowOf = (text) => page.locator('.quick-input-list .monaco-list-row').getByText(text, { exact: true });
    /** Picks a row and waits for its list to go; the command may show the next one at once. @param {string} text */
    const pick = async (text) => {
      const row = rowOf(text).first();
      await row.click();
      await row.waitFor({ state: 'hidden' });
    };
    await page.keyboard.press('F1');
    await input.waitFor();
    await input.fill(`>${title}`);
    await pick(title);
    if (answer !== undefined) await pick(answer);
  }

  /**
   * Opens a file of the folder by its name, as Ctrl+P does.
   * @param {string} path
   */
  async openFile(path) {
    const { page } = this;
    const input = page.locator('.quick-input-widget input[type="text"]');
    await page.keyboard.press('Control+KeyP');
    await input.fill(path);
    const name = path.split('/').at(-1) ?? path;
    await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first().click();
    await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editorReady();
  }

  /** @param {string} title of a view container in the activity bar */
  async openSideBar(title) {
    const item = this.page.locator('.activitybar .action-item', { has: this.page.locator(`[aria-label^="${title}"]`) });
    if ((await item.first().getAttribute('aria-expanded')) !== 'true') await item.first().click();
    await this.page.locator('.sidebar .composite.title').getByText(title, { exact: false }).waitFor();
  }

  /** The document inside a webview; VS Code nests it in two frames. */
  webview() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }
}
