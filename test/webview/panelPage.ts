import type { Browser } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../src/protocol/panel';
import { BrowserPage, type PageOptions } from './browserPage';

/** The distributions panel in a browser. */
export type PanelPage = BrowserPage<ToPanel, FromPanel>;

export function openPanel(browser: Browser, options: PageOptions = {}): Promise<PanelPage> {
  return BrowserPage.open(browser, 'distributions', options);
}
