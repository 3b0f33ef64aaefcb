import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { ENGLISH, type Language } from '../../src/core/l10n';
import { pageHtml } from '../../src/host/pageHtml';
import { repoRoot } from '../repoRoot';

export const THEMES = ['dark', 'light', 'hc-dark', 'hc-light'] as const;
export type ThemeName = (typeof THEMES)[number];

interface Theme {
  /** Class that VS Code puts on a webview's body. */
  readonly kind: string;
  /** The theme's colours as VS Code 1.139 hands them to webviews. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What `getState` answers: what an earlier page left. */
  readonly state?: unknown;
  readonly reducedMotion?: boolean;
  /** Time passes in the page only when the test says so, with `page.clock.runFor`. */
  readonly stillClock?: boolean;
  readonly language?: Language;
}

const ORIGIN = 'http://page.test';
const NONCE = 'bm9uY2U=';

/** The page's side of what VS Code gives a webview. Runs before the bundle; `seepPost` leads to the test. */
const HOST_SCRIPT = `(state) => {
  window.violations = [];
  addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.sourceFile));
  let acquired = false;
  window.acquireVsCodeApi = () => {
    if (acquired) throw new Error('acquireVsCodeApi was called twice');
    acquired = true;
    return Object.freeze({
      postMessage: (message) => window.seepPost(JSON.stringify(message)),
      getState: () => state,
      setState: (next) => { state = JSON.parse(JSON.stringify(next)); window.savedState = state; return next; },
    });
  };
}`;

/** Starts the browser that all pages of a suite share. */
export async function launchBrowser(): Promise<Browser> {
  const launcher: typeof import('../launchers/chromium.mjs') = await import(
    pathToFileURL(join(repoRoot, 'test/launchers/chromium.mjs')).href
  );
  return launcher.launchChromium();
}

/** A page's real bundle in a real browser, with the extension host's side in the test's hands. */
export class BrowserPage<To, From extends { readonly type: string }> {
  readonly posted: From[] = [];
  /** Uncaught errors, console errors and requests to anywhere but the bundle. */
  readonly faults: string[] = [];
  /** Answers what the page posts, where a test wants that. */
  onPost: (message: From) => void = () => {};

  private constructor(readonly page: Page) {}

  /** @param name as the page's folder in webview-ui/pages */
  static async open<To, From extends { readonly type: string }>(
    browser: Browser,
    name: string,
    options: PageOptions = {},
  ): Promise<BrowserPage<To, From>> {
    const {
      theme = 'dark',
      width = 900,
      height = 1000,
      reducedMotion = false,
      stillClock = false,
      language = ENGLISH,
    } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    const opened = new BrowserPage<To, From>(await context.newPage());
    await opened.#serve(name, theme, language);
    await opened.page.exposeFunction('seepPost', (message: string) => {
      const parsed = JSON.parse(message) as From;
      opened.posted.push(parsed);
      opened.onPost(parsed);
    });
    await opened.page.addInitScript(`(${HOST_SCRIPT})(${JSON.stringify(options.state) ?? 'undefined'})`);
    if (stillClock) {
      await opened.page.clock.install({ time: 0 });
    }
    await opened.page.goto(`${ORIGIN}/`);
    if (stillClock) {
      await opened.page.clock.pauseAt(60_000);
    }
    await opened.waitForPost('ready');
    return opened;
  }

  async #serve(name: string, theme: ThemeName, language: Language): Promise<void> {
    const files: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
      '/': { type: 'text/html', body: shell(name, readTheme(theme).kind, language) },
      '/theme.css': { type: 'text/css', body: themeSheet(theme) },
      [`/${name}.css`]: { type: 'text/css', body: bundle(`${name}.css`) },
      [`/${name}.js`]: { type: 'text/javascript', body: bundle(`${name}.js`) },
    };
    await this.page.route('**/*', (route) => {
      const url = new URL(route.request().url());
      const file = url.origin === ORIGIN ? files[url.pathname] : undefined;
      if (file === undefined) {
        this.faults.push(`request for ${url.href}`);
        return route.abort();
      }
      return route.fulfill({ contentType: `${file.type}; charset=utf-8`, body: file.body });
    });
    this.page.on('pageerror', (error) => this.faults.push(String(error)));
    this.page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.faults.push(message.text());
      }
    });
  }

  /** Sends a message as the extension host does: what is no JSON is lost on the way. */
  async send(message: To): Promise<void> {
    await this.page.evaluate(`window.postMessage(JSON.parse(${JSON.stringify(JSON.stringify(message))}), '*')`);
  }

  /** The newest message of a type, as soon as there are `count` of them. */
  async waitForPost<T extends From['type']>(type: T, count = 1): Promise<Extract<From, { type: T }>> {
    const deadline = Date.now() + 5000;
    for (;;) {
      const found = this.posts(type);
      const newest = found.at(-1);
      if (newest !== undefined && found.length >= count) {
        return newest;
      }
      if (Date.now() > deadline) {
        throw new Error(`${found.length} of ${count} "${type}" messages came: ${JSON.stringify(this.posted)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  posts<T extends From['type']>(type: T): Extract<From, { type: T }>[] {
    return this.posted.filter((message): message is Extract<From, { type: T }> => message.type === type);
  }

  /** What the page last gave to `setState`. */
  savedState(): Promise<unknown> {
    return this.page.evaluate('window.savedState');
  }

  /** Closes the page; throws if anything went wrong in it that nobody looked at. */
  async close(): Promise<void> {
    const violations: string[] = await this.page.evaluate('window.violations');
    await this.page.context().close();
    const all = [...this.faults, ...violations.map((violation) => `content security policy: ${violation}`)];
    if (all.length > 0) {
      throw new Error(`The page misbehaved:\n${all.join('\n')}`);
    }
  }
}

/** The shell that the extension writes, with what VS Code adds to it. */
function shell(name: string, themeKind: string, language: Language): string {
  const classes = themeKind === 'vscode-high-contrast-light' ? `${themeKind} vscode-high-contrast` : themeKind;
  return pageHtml({
    title: name,
    script: `${ORIGIN}/${name}.js`,
    style: `${ORIGIN}/${name}.css`,
    styleSource: ORIGIN,
    nonce: NONCE,
    language,
  })
    .replace('<link', `<link rel="stylesheet" href="${ORIGIN}/theme.css">\n<link`)
    .replace('<body>', `<body class="${classes}" data-vscode-theme-kind="${themeKind}">`);
}

function bundle(file: string): string {
  return readFileSync(join(repoRoot, 'dist/pages', file), 'utf8');
}

function readTheme(name: ThemeName): Theme {
  return JSON.parse(readFileSync(join(repoRoot, 'test/webview/themes', `${name}.json`), 'utf8')) as Theme;
}

const COLOR_KEYS = {
  dark: 'dark',
  light: 'light',
  'hc-dark': 'highContrast',
  'hc-light': 'highContrastLight',
} as const;

/** The theme's variables, Seep's own contributed colours, and the style sheet that VS Code gives every webview. */
function themeSheet(name: ThemeName): string {
  const manifest = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as {
    readonly contributes?: {
      readonly colors?: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    };
  };
  const own = (manifest.contributes?.colors ?? []).map(({ id, defaults }): [string, string] => [
    `--vscode-${id.replaceAll('.', '-')}`,
    defaults[COLOR_KEYS[name]] ?? '',
  ]);
  const fonts: readonly [string, string][] = [
    ['--vscode-font-family', 'system-ui, "Ubuntu", "Droid Sans", sans-serif'],
    ['--vscode-font-size', '13px'],
    ['--vscode-font-weight', 'normal'],
    ['--vscode-editor-font-family', '"Droid Sans Mono", "monospace", monospace'],
    ['--vscode-editor-font-size', '14px'],
  ];
  const variables = [...Object.entries(readTheme(name).variables), ...own, ...fonts];
  return `:root { ${variables.map(([key, value]) => `${key}: ${value};`).join(' ')} }
@layer vscode-default {
  html { background: var(--vscode-editor-background); }
  body { background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  input:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  kbd { background-color: #8884; border: 1px solid #8888; border-radius: 3px; padding: 1px 3px; vertical-align: middle; }
}`;
}
