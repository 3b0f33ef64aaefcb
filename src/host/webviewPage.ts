import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { spokenLanguage } from '../core/l10n';
import type { ErrorReporter } from './errors';
import { type PageName, PageTypes } from './ids';
import { pageHtml } from './pageHtml';

/** One kind of page. */
export interface PageKind<From> {
  /** Also its folder in webview-ui/pages, hence its bundle. */
  readonly name: PageName;
  readonly title: string;
  /** What the page may say. It shows untrusted text, so that nothing else gets through. */
  readonly messages: v.GenericSchema<unknown, From>;
}

/** What a feature does about its page. */
export interface PageEvents<From> {
  /** A page that says `ready` is new and knows nothing: it is to be sent everything. */
  receive(message: From): unknown;
  /** VS Code kept the page through a reload of the window, with the state that it had saved; `ready` is still to come. */
  restored?(state: unknown): unknown;
  closed?(): void;
}

/**
 * A page of Seep's own, opened at most once. Hidden pages are thrown away and messages to them are lost, so whatever
 * a page shows must be sent anew when it says `ready`.
 */
export class WebviewPage<To, From> implements vscode.Disposable {
  readonly #posted = new vscode.EventEmitter<To>();
  /** What is sent to the page. */
  readonly onDidPost = this.#posted.event;
  readonly #serializer: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly kind: PageKind<From>,
    private readonly events: PageEvents<From>,
    private readonly errors: ErrorReporter,
  ) {
    this.#serializer = vscode.window.registerWebviewPanelSerializer(PageTypes[kind.name], {
      deserializeWebviewPanel: (panel, state) => this.restore(panel, state),
    });
  }

  get visible(): boolean {
    return this.#panel?.visible ?? false;
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** The page as VS Code shows it. */
  get webview(): vscode.Webview | undefined {
    return this.#panel?.webview;
  }

  /** Shows the page, opening it unless it is open. */
  show(viewColumn: vscode.ViewColumn, preserveFocus: boolean): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, preserveFocus);
      return;
    }
    const { name, title } = this.kind;
    this.#adopt(vscode.window.createWebviewPanel(PageTypes[name], title, { viewColumn, preserveFocus }, {}));
  }

  /** Takes over a panel that VS Code kept through a reload; one that is open already makes room. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#panel?.dispose();
    await this.events.restored?.(state);
    this.#adopt(panel);
  }

  post(message: To): void {
    this.#posted.fire(message);
    void this.#panel?.webview.postMessage(message);
  }

  /** Acts on what the page has said; what a page may not say is passed over. */
  async receive(message: unknown): Promise<void> {
    const { success, output } = v.safeParse(this.kind.messages, message);
    if (success) {
      await this.errors.guard(this.kind.title, () => this.events.receive(output));
    }
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#serializer.dispose();
    this.#posted.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    this.#panel = panel;
    panel.onDidDispose(() => {
      if (this.#panel === panel) {
        this.#panel = undefined;
        this.events.closed?.();
      }
    });
    webview.onDidReceiveMessage((message: unknown) => void this.receive(message));
    const pages = vscode.Uri.joinPath(this.extensionUri, 'dist', 'pages');
    const address = (ending: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(pages, `${this.kind.name}.${ending}`)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [pages] };
    webview.html = pageHtml({
      title: this.kind.title,
      script: address('js'),
      style: address('css'),
      styleSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      language: spokenLanguage(),
    });
  }
}
